import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { userKey } from '@cloakroom/core';
import { publicSessionId } from '@cloakroom/sessions';
import { aCaller, httpApiEvent } from '@cloakroom/testing';
import { afterAll, describe, expect, it } from '@jest/globals';

const DOCS = resolve(import.meta.dirname, '../docs');
const page = readFileSync(join(DOCS, 'your-own-api.md'), 'utf8');
const websocketPage = readFileSync(join(DOCS, 'your-own-api/websocket.md'), 'utf8');
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

describe('the function that hangs up when a session ends', () => {
  const block = [...websocketPage.matchAll(/^ *```js\n(.*?)^ *```/gms)]
    .map(([, code = '']) => code)
    .find((code) => /Records/.test(code));
  const user = { issuer: 'pool', sub: 'alice' };
  const end = (id: string) => ({
    dynamodb: { SequenceNumber: `n-${id}`, Keys: { user_key: { S: userKey(user) }, item: { S: `ENDED#${id}` } } },
  });

  /** Runs it against connections kept in memory: `gone` is not there any more, and `broken` cannot be deleted. */
  function run(connections: Readonly<Record<string, readonly string[]>>, ...ids: string[]): unknown {
    const fakes = `
      const deleted = [];
      const connections = ${JSON.stringify(connections)};
      const connectionsOf = async (sessionId) => connections[sessionId] ?? [];
      class DeleteConnectionCommand { constructor(input) { this.input = input; } }
      class ApiGatewayManagementApiClient {
        async send({ input: { ConnectionId } }) {
          if (ConnectionId === 'gone') throw Object.assign(new Error(), { name: 'GoneException' });
          if (ConnectionId === 'broken') throw new Error('throttled');
          deleted.push(ConnectionId);
        }
      }`;
    const code = (block ?? '').replace(/^ *import .*$/m, fakes);
    const call = `${code}; console.log(JSON.stringify({ answer: await handler({ Records: ${JSON.stringify(ids.map(end))} }), deleted }));`;
    const args = ['--input-type=module', '-e', call];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  }

  it('finds the connections by the session’s id, and reports what it could not close', () => {
    const of = (id: string) => publicSessionId(user, id);
    const connections = { [of('a')]: ['c-1', 'gone', 'c-2'], [of('b')]: ['broken'], [of('c')]: ['c-3'] };
    expect(run(connections, 'a', 'b')).toEqual({
      answer: { batchItemFailures: [{ itemIdentifier: 'n-b' }] },
      deleted: ['c-1', 'c-2'],
    });
  });
});
