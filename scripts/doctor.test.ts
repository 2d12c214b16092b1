import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FINDINGS } from './diagnosis/finding.ts';

const ROOT = resolve(import.meta.dirname, '..');
const uri =
  'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:1:function:app-authorizer:live/invocations';

/** An AWS that lets nobody look, and takes its time over that. */
const waiting: ServerResponse[] = [];
let isDenying = false;
const server = createServer((request, response) => {
  request.resume();
  waiting.push(response);
  if (isDenying) deny();
});
function deny(): void {
  isDenying = true;
  for (const response of waiting.splice(0)) {
    response.writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' });
    response.end(JSON.stringify({ message: 'not authorized to perform apigateway:GET' }));
  }
}
let endpoint = '';
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** Calls `onStderr` with all that was written so far. */
async function run(args: readonly string[], onStderr: (text: string) => void) {
  const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const env = { ...process.env, ...credentials, AWS_ENDPOINT_URL: endpoint };
  const child = spawn(process.execPath, [join(ROOT, 'scripts/doctor.ts'), ...args], { env });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
    onStderr(written.stderr);
  });
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, ...written };
}

describe('scripts/doctor', () => {
  const outputs = join(mkdtempSync(join(tmpdir(), 'cloakroom-doctor-')), 'outputs.json');
  writeFileSync(outputs, JSON.stringify({ ApiId: { value: 'own' }, AuthorizerInvokeArn: { value: uri } }));

  it('says that it still looks, and then, with exit code 2, which permission it lacks', async () => {
    const { code, stdout, stderr } = await run(['dev', '--outputs', outputs], (text) => {
      if (text.includes('still looking at HTTP API own after 2 s')) deny();
    });
    expect(stderr).toContain('still looking at HTTP API own');
    expect(stderr).toContain(
      'could not look at HTTP API own: these AWS credentials may not look into it: allow them apigateway:GET',
    );
    expect(stdout).not.toContain('nothing is wrong');
    expect(code).toBe(2);
  });

  it('says before it looks that there is nobody to notify', async () => {
    const { code, stdout, stderr } = await run(['dev', '--outputs', outputs, '--notify-test'], () => undefined);
    expect(stderr).toBe(
      'cloakroom: dev has no alarms, so there is nobody to notify: set alarms in its environment.ts\n',
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('says in one line what it cannot read', async () => {
    const { code, stderr } = await run(['dev', '--outputs', '/nowhere'], () => undefined);
    expect(stderr).toBe('cloakroom: /nowhere cannot be read\n');
    expect(code).toBe(2);
  });
});

describe('docs/doctor.md', () => {
  const page = readFileSync(join(ROOT, 'docs/doctor.md'), 'utf8');
  const rows = new Map(
    [...page.matchAll(/^\| `([a-z-]+)` \| (.+?) \| (.+?) \|$/gm)].map(([, code = '', why = '', mend = '']) => [
      code,
      { why, mend },
    ]),
  );

  it('has a row for everything that can be found, with its meaning and how to mend it', () => {
    expect([...rows.keys()].toSorted()).toEqual(Object.keys(FINDINGS).toSorted());
    for (const [code, { why }] of Object.entries(FINDINGS)) expect(rows.get(code)?.why).toBe(why);
    expect([...rows.values()].filter(({ mend }) => mend.length < 15)).toEqual([]);
  });

  it('tells which of them are notes', () => {
    const notes = Object.keys(FINDINGS).filter((code) => FINDINGS[code as keyof typeof FINDINGS].level === 'note');
    const told = /Notes are (.*)\./.exec(page)?.[1] ?? '';
    expect([...told.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code).toSorted()).toEqual(notes.toSorted());
  });
});
