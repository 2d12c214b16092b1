import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

const [ACCESS, ID] = ['secret.access.token', 'secret.id.token'];

/** What the API answers, by request; the rest is 404. packages/testing/e2e/smoke.proof.test.ts asks a real one. */
type Answers = Readonly<Record<string, (request: IncomingMessage) => readonly [status: number, body: object]>>;
const isKnown = ({ headers }: IncomingMessage) => headers.authorization === `Bearer ${ACCESS}`;
let hasSession = false;
const GOOD: Answers = {
  'GET /health': ({ headers }) => [200, { data: { version: '1', csrfHeader: headers['x-cloakroom-csrf'] === '1' } }],
  'GET /ready': () => [200, {}],
  'POST /auth/bootstrap-session': (request) => {
    hasSession = isKnown(request);
    return hasSession ? [200, { data: { userKey: 'key', sessionId: 'key.1' } }] : [401, {}];
  },
  'GET /users/me/events': (request) => {
    if (!isKnown(request)) return [401, { message: 'Unauthorized' }];
    return hasSession ? [200, { data: { events: [{ id: 'event-1' }] } }] : [403, {}];
  },
  'GET /users/key/events': () => [200, {}],
  'GET /users/somebody-else/events': () => [403, {}],
  'POST /users/me/events': () => [202, { data: { ids: ['event-1'] } }],
  'DELETE /sessions/key.1': () => {
    hasSession = false;
    return [200, {}];
  },
};
let answers = GOOD;
let asked: string[] = [];
const server = createServer((request, response) => {
  request.resume();
  const name = `${request.method} ${request.url}`;
  asked.push(name);
  const [status, body] = answers[name]?.(request) ?? [404, { message: 'Not Found' }];
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
let api = '';
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  answers = GOOD;
  asked = [];
  hasSession = false;
});

async function smoke(args: readonly string[], { input = '', variables = {} } = {}) {
  const file = join(import.meta.dirname, 'smoke.ts');
  const env = { PATH: process.env.PATH, ...variables };
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], { env });
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((ended) => child.once('close', ended)),
  ]);
  return { stdout, stderr, status, lines: stdout.split('\n') };
}

describe('scripts/smoke', () => {
  it.each([
    ['--access-token', [ACCESS], {}],
    ['the environment', [], { variables: { CLOAKROOM_ACCESS_TOKEN: ACCESS } }],
    ['standard input', [], { input: `${ACCESS}\n` }],
  ])('goes the way of a token from %s, a line a step, and names what it leaves out', async (from, tokens, given) => {
    const option = { '--access-token': ['--access-token', ...tokens], 'standard input': ['--stdin'] }[from] ?? [];
    const { status, stderr, stdout, lines } = await smoke(['--base-url', `${api}/`, ...option], given);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual([
      '✓ health',
      '✓ every dependency answers',
      '✓ the CSRF header arrives',
      '✓ no credential, no entry',
      '✓ garbage is no credential',
      '✓ no credential, no session',
      '✓ an unknown route is unknown',
      '✓ a token makes a session',
      '✓ the session opens the API',
      '✓ but not to another user',
      '✓ an event is accepted',
      '✓ the event is listed',
      '✓ the session is revoked',
      '✓ the very next request is refused',
      '– the ticket',
      '– refresh',
      '– sign-out',
      '',
      `${api} answers as it should: 14 passed, 0 failed, 3 left out`,
      '',
    ]);
    expect(lines[0]).toMatch(/^✓ health +\d+ ms {2}version 1$/);
    expect(stdout).not.toContain('secret');
  });

  it('goes the way of the access token where the hand-in is off, and names what it leaves out', async () => {
    const { status, stdout } = await smoke([api, '--stdin'], { input: `${ACCESS}\n${ID}\n` });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^– tokens are handed in +left out {2}the hand-in is off here/m);
    expect(stdout).toMatch(/^✓ the very next request is refused/m);
    expect(stdout).toMatch(/^– sign-out +left out {2}they need a ticket/m);
  });

  it('says what happened and what to do, and does not try what builds on it', async () => {
    const body = { error: { code: 'LOGIN_ENDED', message: `this sign-in of ${ACCESS} has ended` }, requestId: 'r-1' };
    answers = { ...GOOD, 'POST /auth/bootstrap-session': (request) => (isKnown(request) ? [403, body] : [401, {}]) };
    const { status, lines, stdout } = await smoke([api, '--stdin'], { input: ACCESS });
    expect(status).toBe(1);
    const at = lines.findIndex((line) => line.startsWith('✗'));
    expect(lines.slice(at, at + 4)).toEqual([
      expect.stringMatching(/^✗ a token makes a session +\d+ ms$/),
      '    what happened: POST /auth/bootstrap-session answered 403 LOGIN_ENDED "this sign-in of [token] has ended" (request r-1), not 200',
      expect.stringMatching(/^ {4}what to do: {4}sign in again for new tokens/),
      expect.stringMatching(/^– the session opens the API +left out {2}not tried, since "a token makes a session"/),
    ]);
    expect(asked).not.toContain('GET /users/somebody-else/events');
    expect(stdout).not.toContain(ACCESS);
    expect(lines.at(-2)).toBe(
      `${api} does not answer as it should at: a token makes a session (7 passed, 1 failed, 9 left out)`,
    );
  });

  it('prints an object a step with --json', async () => {
    answers = {
      ...GOOD,
      'GET /ready': () => [503, { error: { code: 'DEPENDENCY_UNAVAILABLE', message: 'down: queue' } }],
    };
    const { status, stdout } = await smoke([api, '--json', '--stdin'], { input: ACCESS });
    expect(status).toBe(1);
    const results = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(results.slice(0, 2)).toEqual([
      { step: 'health', outcome: 'passed', ms: expect.any(Number), detail: 'version 1' },
      {
        step: 'every dependency answers',
        outcome: 'failed',
        ms: expect.any(Number),
        problem: 'GET /ready answered 503 DEPENDENCY_UNAVAILABLE "down: queue", not 200',
        next: expect.stringContaining('docs/troubleshooting.md'),
      },
    ]);
    expect(results.find(({ step }) => step === 'the very next request is refused').outcome).toBe('passed');
  });

  it('says of an event that does not come for how long it has waited', async () => {
    answers = { ...GOOD, 'POST /users/me/events': () => [202, { data: { ids: ['event-2'] } }] };
    const { status, stdout } = await smoke([api, '--stdin', '--wait-seconds', '1'], { input: ACCESS });
    expect(status).toBe(1);
    expect(stdout).toContain('event event-2 was accepted, and after 1 s is not among 1');
  });

  it('tries nothing else where nothing answers, and says where it has asked', async () => {
    const closed = createServer();
    await new Promise<void>((listening) => closed.listen(0, '127.0.0.1', listening));
    const { port } = closed.address() as AddressInfo;
    await new Promise((done) => closed.close(done));
    const { status, stdout } = await smoke([`http://127.0.0.1:${port}`]);
    expect(status).toBe(1);
    expect(stdout).toContain(`what happened: connect ECONNREFUSED 127.0.0.1:${port}`);
    expect(stdout).toMatch(/^– sessions +left out/m);
    expect(stdout).toContain('0 passed, 1 failed, 1 left out');
  });

  it('says of an API of this machine where nobody signs in by browser what else would do', async () => {
    const { status, stdout } = await smoke([api]);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^✗ sign-in .*\n {4}what happened: GET \/auth\/login answered 404: nobody signs in by browser/m,
    );
    expect(stdout).toMatch(/what to do: .*give tokens/);
    expect(stdout).toMatch(/^– a copied cookie is refused after it +left out {2}not tried/m);
  });

  it('is not fooled by an AWS that nobody can compare with', async () => {
    const { status, stdout } = await smoke([api, '--stdin', '--env', 'local', '--data-dir', '/nowhere'], {
      input: ACCESS,
    });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^✗ what was synthesized is here/m);
    expect(stdout).toContain('what happened: /nowhere/stack/cdk.tf.json cannot be read');
  });

  it.each([
    [['http://a.example', 'http://b.example'], /usage: scripts\/smoke/],
    [['ftp://a.example'], /ftp:\/\/a.example is no http\(s\) address/],
    [['--env', 'qa'], /there is no environment qa: dev, staging, prod, or local/],
    [['--env', 'dev'], /say where dev is: scripts\/smoke "\$\(terraform output -raw ApiUrl\)" --env dev/],
    [['--origin', 'https://a.example/app'], /--origin must be an exact origin/],
    [['--wait-seconds', '0'], /--wait-seconds must be a number from 1 to 600/],
    [['--stdin'], /there are no tokens on standard input/],
    [['--id-token', ID], /an access token must come with the others/],
  ])('says in one line what is wrong with %j', async (args, problem) => {
    const { status, stdout, stderr } = await smoke(args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(problem);
    expect(stderr).toMatch(/^cloakroom: [^\n]*\n$/);
    expect(stderr).not.toContain('secret');
    expect(asked).toEqual([]);
  });
});
