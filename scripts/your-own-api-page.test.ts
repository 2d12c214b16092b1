import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { aCaller, httpApiEvent } from '@cloakroom/testing';
import { afterAll, describe, expect, it } from '@jest/globals';

const page = readFileSync(resolve(import.meta.dirname, '../docs/your-own-api.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'cloakroom-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The block of this language on the page, as a file. */
function fileOf(language: string, name: string): string {
  const code = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1];
  if (code === undefined) throw new Error(`the page has no block of ${language}`);
  const file = join(folder, name);
  writeFileSync(file, code);
  return file;
}

/** Calls the handler in a process of its own, as Lambda does. */
const RUNNERS: Readonly<Record<string, (event: string) => string[]>> = {
  ts: (event) => {
    const url = JSON.stringify(`file://${fileOf('ts', 'handler.mts')}`);
    const call = `const { handler } = await import(${url}); console.log(JSON.stringify(await handler(${event})));`;
    return [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', call];
  },
  python: (event) => {
    fileOf('python', 'handler.py');
    const call = 'import handler, json, sys; print(json.dumps(handler.handler(json.loads(sys.argv[1]), None)))';
    return ['python3', '-c', call, event];
  },
};

describe.each(Object.keys(RUNNERS))('the handler in %s', (language) => {
  function answer(event: object): { statusCode: number; body: string } {
    const [command = '', ...args] = RUNNERS[language]?.(JSON.stringify(event)) ?? [];
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', env });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }
  const routeKey = 'GET /orders';

  it('reads who calls', () => {
    const caller = aCaller({ userId: 'alice', sessionId: 'a.b', groups: ['staff'] });
    const { statusCode, body } = answer(httpApiEvent({ routeKey, caller }));
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toEqual({ user: 'pool:alice', session: 'a.b', groups: ['staff'] });
  });

  it('lets nobody in without the authorizer, or by a bootstrap', () => {
    expect(answer(httpApiEvent({ routeKey }))).toMatchObject({ statusCode: 403 });
    expect(answer(httpApiEvent({ routeKey, caller: aCaller({ bootstrap: true }) }))).toMatchObject({
      statusCode: 403,
    });
  });
});
