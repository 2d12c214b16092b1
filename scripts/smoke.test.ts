import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { ACCESS, GOOD, HAND_IN, ID, isKnown, useSmokeApi } from './smoke-api-fixture.ts';

const TICKET_STEPS = [
  'tokens are handed in',
  'the ticket tells who is in',
  'the ticket opens the API',
  'an event is accepted',
  'the event is listed',
  'the ticket is refreshed',
  'the session is revoked',
  'the very next request is refused',
  'sign-out',
];
const api = useSmokeApi();

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
    const { status, stderr, stdout, lines } = await smoke(['--base-url', `${api.url}/`, ...option], given);
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
      `${api.url} answers as it should: 14 passed, 0 failed, 3 left out`,
      '',
    ]);
    expect(lines[0]).toMatch(/^✓ health +\d+ ms {2}version 1$/);
    expect(stdout).not.toContain('secret');
  });

  it('hands tokens in for a ticket where it can, and goes on with that', async () => {
    api.answers = HAND_IN;
    const input = JSON.stringify({ access_token: ACCESS, id_token: ID, refresh_token: 'secret-refresh' });
    const { status, lines, stdout } = await smoke([api.url, '--stdin'], { input });
    expect(status).toBe(0);
    const shown = lines.map((line) => line.split(/ {2,}/)[0]).slice(7, -3);
    expect(shown).toEqual(TICKET_STEPS.map((name) => `✓ ${name}`));
    expect(stdout).not.toContain('secret');
  });

  it('leaves the refresh out where no refresh token was handed in', async () => {
    api.answers = HAND_IN;
    const { status, stdout } = await smoke([api.url, '--stdin'], { input: `${ACCESS}\n${ID}\n` });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^– the ticket is refreshed +left out {2}no refresh token was given$/m);
    expect(api.asked).not.toContain('POST /auth/refresh');
  });

  it('finds sign-in closed, and leaves out what needs a session', async () => {
    const closed = [403, { error: { code: 'SIGN_IN_CLOSED', message: 'nobody is let in anew' } }] as const;
    api.answers = {
      ...HAND_IN,
      'POST /auth/session': () => closed,
      'POST /auth/bootstrap-session': (request) => (isKnown(request) ? closed : [401, {}]),
    };
    const { status, stdout } = await smoke([api.url, '--stdin'], { input: `${ACCESS}\n${ID}\n` });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^– a token makes a session +left out {2}sign-in is closed here: `sessions.bootstrap`/m);
    expect(stdout).toMatch(/^– the session opens the API +left out {2}not tried without "a token makes a session"$/m);
  });

  it('does not go another way where a hand-in is refused', async () => {
    const refused = { error: { code: 'TOKEN_INVALID', message: 'not of one login' } };
    api.answers = { ...HAND_IN, 'POST /auth/session': () => [401, refused] };
    const { status, stdout } = await smoke([api.url, '--stdin'], { input: `${ACCESS}\n${ID}\n` });
    expect(status).toBe(1);
    expect(stdout).toContain('POST /auth/session answered 401 TOKEN_INVALID "not of one login", not 200');
    expect(stdout).toMatch(/^– sign-out +left out {2}not tried, since "tokens are handed in" failed$/m);
    expect(stdout).not.toContain('a token makes a session');
  });

  it('goes the way of the access token where the hand-in is off, and names what it leaves out', async () => {
    const { status, stdout } = await smoke([api.url, '--stdin'], { input: `${ACCESS}\n${ID}\n` });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^– tokens are handed in +left out {2}the hand-in is off here/m);
    expect(stdout).toMatch(/^✓ the very next request is refused/m);
    expect(stdout).toMatch(/^– sign-out +left out {2}they need a ticket/m);
  });

  it('says what happened and what to do, and does not try what builds on it', async () => {
    const body = { error: { code: 'LOGIN_ENDED', message: `this sign-in of ${ACCESS} has ended` }, requestId: 'r-1' };
    api.answers = {
      ...GOOD,
      'POST /auth/bootstrap-session': (request) => (isKnown(request) ? [403, body] : [401, {}]),
    };
    const { status, lines, stdout } = await smoke([api.url, '--stdin'], { input: ACCESS });
    expect(status).toBe(1);
    const at = lines.findIndex((line) => line.startsWith('✗'));
    expect(lines.slice(at, at + 4)).toEqual([
      expect.stringMatching(/^✗ a token makes a session +\d+ ms$/),
      '    what happened: POST /auth/bootstrap-session answered 403 LOGIN_ENDED "this sign-in of [token] has ended" (request r-1), not 200',
      expect.stringMatching(/^ {4}what to do: {4}sign in again for new tokens/),
      expect.stringMatching(/^– the session opens the API +left out {2}not tried, since "a token makes a session"/),
    ]);
    expect(api.asked).not.toContain('GET /users/somebody-else/events');
    expect(stdout).not.toContain(ACCESS);
    expect(lines.at(-2)).toBe(
      `${api.url} does not answer as it should at: a token makes a session (7 passed, 1 failed, 9 left out)`,
    );
  });

  it('prints an object a step with --json', async () => {
    api.answers = {
      ...GOOD,
      'GET /ready': () => [503, { error: { code: 'DEPENDENCY_UNAVAILABLE', message: 'down: queue' } }],
    };
    const { status, stdout } = await smoke([api.url, '--json', '--stdin'], { input: ACCESS });
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
    api.answers = { ...GOOD, 'POST /users/me/events': () => [202, { data: { ids: ['event-2'] } }] };
    const { status, stdout } = await smoke([api.url, '--stdin', '--wait-seconds', '1'], { input: ACCESS });
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
    const { status, stdout } = await smoke([api.url]);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^✗ sign-in .*\n {4}what happened: GET \/auth\/login answered 404: nobody signs in by browser/m,
    );
    expect(stdout).toMatch(/what to do: .*give tokens/);
    expect(stdout).toMatch(/^– a copied cookie is refused after it +left out {2}not tried/m);
  });

  it('signs nobody in where the environment is one in AWS, wherever that is reached', async () => {
    const { stdout } = await smoke([api.url, '--env', 'dev']);
    expect(stdout).toMatch(/^– sessions +left out +no tokens were given/m);
    expect(stdout).not.toMatch(/^. sign-in {2}/m);
  });

  it('is not fooled by an AWS that nobody can compare with', async () => {
    const { status, stdout } = await smoke([api.url, '--stdin', '--env', 'local', '--data-dir', '/nowhere'], {
      input: ACCESS,
    });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^✗ what was synthesized is here/m);
    expect(stdout).toContain('what happened: /nowhere/stack/cdk.tf.json cannot be read');
  });

  it('says in one line that a token is missing, and not which it has', async () => {
    const { status, stdout, stderr } = await smoke([api.url, '--id-token', ID]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^cloakroom: an access token must come with the others[^\n]*\n$/);
    expect(stderr).not.toContain('secret');
    expect(api.asked).toEqual([]);
  });
});
