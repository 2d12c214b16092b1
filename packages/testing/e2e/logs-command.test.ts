import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environmentForUsers, eventually, get, post, type SharedDev, sharedDev } from './dev.ts';

const LOGS = join(import.meta.dirname, '../../../scripts/logs');
const env = environmentForUsers();

let dev: SharedDev;
let token: string;
beforeAll(async () => {
  dev = await sharedDev();
  token = await dev.token('lana');
});
afterAll(() => dev?.assertNoLogHasTokens());

const place = () => ['local', '--aws-port', new URL(dev.aws).port];

async function logs(...args: string[]): Promise<string> {
  // Other test files' requests are among the lines.
  const options = { env, maxBuffer: Number.POSITIVE_INFINITY };
  return (await promisify(execFile)(LOGS, [...place(), ...args], options)).stdout;
}

/** What `--json` tells of each line. */
interface Line {
  readonly writer: string;
  // biome-ignore lint/suspicious/noExplicitAny: lines have fields of every form
  readonly message: any;
}

async function lines(...args: string[]): Promise<readonly Line[]> {
  const text = await logs(...args, '--json');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line): Line => JSON.parse(line));
}

async function deniedRequest(user: string): Promise<string> {
  const { status, headers } = await get(`${dev.api}/users/${user}/events`, await dev.token(user));
  expect(status).toBe(403);
  return headers.get('apigw-requestid') ?? '';
}

describe('scripts/logs', () => {
  it('shows from the request id in the access log why a request was denied', async () => {
    const id = await deniedRequest('lana');
    const access = (await lines()).find(({ writer, message }) => writer === 'gateway' && message.requestId === id);
    expect(access?.message.status).toBe('403');
    const shown = await logs('--request', id);
    expect(shown).toMatch(/^\S+ gateway +403 .*error=Forbidden/m);
    expect(shown).toMatch(/^\S+ authorizer +INFO +authorizer\.denied .*reason=session_required .*user=/m);
    expect(shown).toMatch(/^\S+ authorizer +REPORT /m);
  });

  it('shows every line of a request in every function, by its id and by those of its invocations', async () => {
    await post(`${dev.api}/users/me/sessions`, token);
    await post(`${dev.api}/users/me/events`, token, { type: 'door.locked', data: {} });
    const { status, headers } = await post(`${dev.api}/users/me/events`, token, { type: 'door.opened', data: {} });
    expect(status).toBe(202);
    const requestId = headers.get('apigw-requestid') ?? '';
    const found = await eventually('the event is stored', async () => {
      const all = await lines('--request', requestId);
      return all.some(({ message }) => message.code === 'event.stored') ? all : undefined;
    });
    expect(found.map(({ writer, message }) => `${writer} ${message.code ?? message.status}`)).toEqual(
      expect.arrayContaining([
        'gateway 202',
        'authorizer authorizer.allowed',
        'enqueue-event http.answered',
        'store-event event.stored',
      ]),
    );
    const ids = new Set(found.flatMap(({ message }) => message.requestId ?? []));
    expect([...ids]).toEqual([requestId]);
    const invocation = found.find(({ writer }) => writer === 'enqueue-event')?.message.function_request_id;
    expect(await lines('--request', invocation)).toEqual(found);
  });

  it("shows a person's denials with their reasons, and nobody else's", async () => {
    await deniedRequest('lars');
    await deniedRequest('lena');
    for (const name of ['lars', 'local:lars']) {
      const found = await lines('--user', name, '--reason', 'session_required');
      expect(found).toMatchObject([
        { writer: 'authorizer', message: { code: 'authorizer.denied', reason: 'session_required' } },
      ]);
    }
    await expect(logs('--user', 'partners:lars')).rejects.toMatchObject({
      stderr: expect.stringContaining('nothing of that was logged within 1h'),
    });
  });

  it('counts how often which lines with a code were written', async () => {
    for (const user of ['leon', 'leon', 'lino']) await deniedRequest(user);
    const table = await logs('--user', 'leon', '--code', 'authorizer.d*', '--count', 'reason,route');
    expect(table).toBe('2 reason=session_required route="GET /users/{userId}/events"\n');
    await expect(logs('--code', 'authorizer.failed', '--count', 'reason')).rejects.toMatchObject({
      stderr: expect.stringContaining('nothing of that was logged within 1h'),
    });
  });

  it('keeps up, shows nothing twice, and ends on Ctrl-C', async () => {
    const child = spawn(LOGS, [...place(), '--user', 'lola', '--follow'], { env });
    let shown = '';
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const ids: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const id = await deniedRequest('lola');
      ids.push(id);
      await eventually('the denial is shown', async () => shown.includes(`requestId=${id}`) || undefined);
    }
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    const found = [...shown.matchAll(/ requestId=(\S+)/g)].map(([, id]) => id);
    expect(found).toEqual(ids);
  });
});
