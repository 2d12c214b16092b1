import { builtInUser, createBrowser, signIn as signInAtProvider } from '@cloakroom/local/token';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, type Dev, eventually, get, post, request, startDev } from './dev.ts';

const IN_FLIGHT = 200;

let dev: Dev;
beforeAll(async () => {
  dev = await startDev({ args: ['--max-environments', '4'] });
});
afterAll(() => dev?.stop());

describe('a session that is revoked', () => {
  it('authorizes nothing that starts after the revocation has returned', async () => {
    const { token, sessionId } = await signIn('rita');
    const url = `${dev.api}/users/rita/events`;
    let revokedAt = Number.POSITIVE_INFINITY;
    const answers: { startedAt: number; status: number }[] = [];
    const ask = async () => {
      const startedAt = performance.now();
      answers.push({ startedAt, status: (await get(url, token)).status });
      return startedAt;
    };
    /** Until one has been asked that began after the revocation. */
    const askOnAndOn = async () => {
      while ((await ask()) <= revokedAt);
    };
    const asking = Array.from({ length: IN_FLIGHT }, askOnAndOn);
    await eventually('requests are answered', async () => (answers.length > IN_FLIGHT ? true : undefined), 30_000);
    expect((await remove(`${dev.api}/sessions/${sessionId}`, token)).status).toBe(200);
    revokedAt = performance.now();
    await Promise.all(asking);
    const later = answers.filter(({ startedAt }) => startedAt > revokedAt);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect(later.length).toBeGreaterThanOrEqual(IN_FLIGHT);
    expect(later.filter(({ status }) => status !== 403)).toEqual([]);
  });

  it('cannot be had again by its login, nor by a refreshed token of it', async () => {
    const { token, sessionId } = await signIn('rosa');
    await remove(`${dev.api}/sessions/${sessionId}`, token);
    for (const old of [token, await dev.token('rosa')]) {
      const { body } = await post(`${dev.api}/users/rosa/sessions`, old);
      expect(body.error).toMatchObject({ code: 'LOGIN_ENDED', remedy: 'sign_in' });
      expect((await get(`${dev.api}/users/rosa/events`, old)).status).toBe(403);
    }
    const again = await signIn('rosa', '--new-login');
    expect(again.sessionId).not.toBe(sessionId);
    expect(await get(`${dev.api}/sessions/${sessionId}`, again.token)).toMatchObject(failure(410, 'SESSION_ENDED'));
    expect((await remove(`${dev.api}/sessions/${sessionId}`, again.token)).status).toBe(200);
  });
});

describe('signing out everywhere', () => {
  it('ends every login, used before or not, and lets a new sign-in pass after the margin', async () => {
    const unused = await dev.token('sara');
    const used = await signIn('sara', '--new-login');
    const last = await signIn('sara', '--new-login');
    expect((await remove(`${dev.api}/users/sara/sessions`, used.token)).status).toBe(200);
    const refreshed = await dev.token('sara');
    for (const token of [used.token, last.token, unused, refreshed]) await expectLoginEnded(token);
    await signInAfterMargin('sara');
  });

  it('tells how each sign-in gets in again, and nothing less than that does', async () => {
    const stan = { ...builtInUser(dev.provider, { dataDir: dev.dataDir, user: 'stan' }), browser: createBrowser() };
    const again = async (parameters = {}) =>
      dev.remember((await signInAtProvider({ ...stan, parameters })).accessToken);
    const unused = await again();
    const used = await signIn('stan', '--new-login');
    expect((await remove(`${dev.api}/users/stan/sessions`, used.token)).status).toBe(200);
    expect(await remedyOf(used.token)).toBe('sign_in');
    expect(await remedyOf(unused)).toBe('reauthenticate');
    await signInAfterMargin('stan');
    // By the provider's cookie it is a new login, of the old proof.
    expect(await remedyOf(await again())).toBe('reauthenticate');
    expect(stan.browser.posted).toBe(1);
    const anew = await again({ prompt: 'login', max_age: '0' });
    expect(stan.browser.posted).toBe(2);
    expect(await post(`${dev.api}/users/me/sessions`, anew)).toMatchObject({ status: 200 });
  });

  it('can leave the session that asks', async () => {
    const here = await signIn('tina');
    const there = await signIn('tina', '--new-login');
    expect((await remove(`${dev.api}/users/tina/sessions?except=current`, here.token)).status).toBe(200);
    expect((await get(`${dev.api}/users/tina/events`, here.token)).status).toBe(200);
    expect((await get(`${dev.api}/users/tina/events`, there.token)).status).toBe(403);
    expect(await sessionIds(here.token)).toEqual([here.sessionId]);
  });
});

describe('sessions in the hands of their owner', () => {
  it('are listed, with the one that asks marked', async () => {
    const first = await signIn('uma');
    const second = await signIn('uma', '--new-login');
    const { body } = await get(`${dev.api}/users/uma/sessions`, second.token);
    const current = body.data.sessions.filter((session: { current: boolean }) => session.current);
    expect(current).toMatchObject([{ sessionId: second.sessionId, ipAddress: '127.0.0.1', isActive: true }]);
    expect(new Set(await sessionIds(first.token))).toEqual(new Set([first.sessionId, second.sessionId]));
  });

  it('carry data that two writers cannot overwrite for each other', async () => {
    const { token, sessionId } = await signIn('vera');
    const url = `${dev.api}/sessions/${sessionId}`;
    const read = await get(url, token);
    const etag = read.headers.get('etag') ?? '';
    expect(await put(url, token, { data: { a: 1 } }, etag)).toMatchObject({ status: 200 });
    expect(await put(url, token, { data: { b: 2 } }, etag)).toMatchObject({ status: 412 });
    const big = { data: { x: 'x'.repeat(9000) } };
    const fresh = (await get(url, token)).headers.get('etag') ?? '';
    expect(await put(url, token, big, fresh)).toMatchObject({ status: 413 });
    expect((await get(url, token)).body.data.data).toEqual({ a: 1 });
    expect(await put(url, token, { data: { c: 3 } })).toMatchObject({
      status: 200,
      body: { data: { data: { c: 3 } } },
    });
  });

  it('are nothing that anybody else can see or end', async () => {
    const victim = await signIn('wanda');
    const thief = await signIn('xenia');
    const url = `${dev.api}/sessions/${victim.sessionId}`;
    for (const answer of [await get(url, thief.token), await remove(url, thief.token)]) {
      expect(answer).toMatchObject(failure(404, 'NOT_FOUND'));
    }
    expect((await remove(`${dev.api}/users/wanda/sessions`, thief.token)).status).toBe(403);
    for (const path of ['/sessions', '/sessions/user/wanda', '/users/wanda/export']) {
      expect((await get(dev.api + path, thief.token)).status).toBe(403);
    }
    expect((await get(`${dev.api}/users/wanda/events`, victim.token)).status).toBe(200);
  });
});

describe('an administrator', () => {
  it('lists and ends the sessions of a user', async () => {
    const admin = await signIn('admin');
    const user = await signIn('yara');
    const listed = await get(`${dev.api}/sessions/user/yara`, admin.token);
    expect(listed.body.data.sessions).toMatchObject([{ sessionId: user.sessionId, current: false }]);
    const all = await get(`${dev.api}/sessions?limit=100`, admin.token);
    expect(all.body.data.sessions.map(({ sessionId }: { sessionId: string }) => sessionId)).toContain(user.sessionId);
    expect((await remove(`${dev.api}/sessions/${user.sessionId}`, admin.token)).status).toBe(200);
    expect((await get(`${dev.api}/users/yara/events`, user.token)).status).toBe(403);
  });

  it('exports and erases a user, whose old tokens stay dead', async () => {
    const admin = await signIn('admin');
    const unused = await dev.token('zoe');
    const user = await signIn('zoe', '--new-login');
    await post(`${dev.api}/users/zoe/events`, user.token, { type: 'door.opened', data: { door: 7 } });
    const lines = await eventually('the event is exported', async () => {
      const exported = await exportOf(user.token);
      return exported.some((line) => line.includes('door.opened')) ? exported : undefined;
    });
    for (const line of lines) expect(JSON.parse(line)).toBeInstanceOf(Object);

    await eventually('everything is erased', async () => {
      const { status, body } = await remove(`${dev.api}/users/${user.userKey}`, admin.token);
      expect([200, 202]).toContain(status);
      expect(body.data).toMatchObject({ userId: 'zoe', userKey: user.userKey });
      return status === 200 ? true : undefined;
    });
    const refreshed = await dev.token('zoe');
    for (const token of [user.token, unused, refreshed]) await expectLoginEnded(token);
    expect((await get(`${dev.api}/users/zoe/events`, admin.token)).body.data.events).toEqual([]);
    await signInAfterMargin('zoe');
  });

  it('erases whom the key names, where the name in a path, decoded twice, is somebody else’s', async () => {
    const admin = await signIn('admin');
    const [mistaken, alice] = [await signIn('al%69ce@corp.com'), await signIn('alice@corp.com')];
    const events = (userId: string, { token }: SignedIn) => get(`${dev.api}/users/${userId}/events`, token);
    const byName = encodeURIComponent('al%69ce@corp.com');
    expect(await remove(`${dev.api}/users/${byName}`, admin.token)).toMatchObject(failure(400, 'INVALID_USER_ID'));
    expect((await events(byName, admin)).body.data).toMatchObject({ userId: 'alice@corp.com', userKey: alice.userKey });

    const erased = await remove(`${dev.api}/users/${mistaken.userKey}`, admin.token);
    const whom = { userId: 'al%69ce@corp.com', userKey: mistaken.userKey };
    expect(erased).toMatchObject({ status: 200, body: { data: { done: true, ...whom } } });
    await expectLoginEnded(mistaken.token);
    expect((await events('me', alice)).status).toBe(200);
  });
});

describe('a service', () => {
  it('needs no session, and may do what is marked for services alone', async () => {
    const token = await dev.serviceToken();
    const made = await post(`${dev.api}/sessions`, token, { userId: 'nina', data: { cart: 1 } });
    expect(made).toMatchObject({ status: 201, body: { data: { userId: 'nina', data: { cart: 1 } } } });
    const victim = await signIn('nina');
    expect((await get(`${dev.api}/sessions/${victim.sessionId}`, token)).status).toBe(404);
    const { body } = await get(`${dev.api}/sessions`, token);
    expect(body.data.sessions).toMatchObject([{ sessionId: made.body.data.sessionId }]);
    expect((await get(`${dev.api}/users/nina/sessions`, token)).status).toBe(403);
    expect((await get(`${dev.api}/users/nina/events`, token)).status).toBe(403);
    expect((await post(`${dev.api}/auth/bootstrap-session`, token)).status).toBe(403);
  });
});

describe('every change of a session', () => {
  it('has exactly one event', async () => {
    const first = await signIn('olga');
    const second = await signIn('olga', '--new-login');
    expect((await remove(`${dev.api}/sessions/${first.sessionId}`, second.token)).status).toBe(200);
    const changes = await eventually('the changes are listed', async () => {
      const { body } = await get(`${dev.api}/users/olga/events`, second.token);
      const types = body.data.events.map(({ type }: { type: string }) => type);
      return types.length >= 3 ? types : undefined; // a batch is recorded in no order
    });
    expect(changes.toSorted()).toEqual(['session.created', 'session.created', 'session.revoked']);
  });
});

interface SignedIn {
  readonly token: string;
  readonly sessionId: string;
  /** Names the user in a path. */
  readonly userKey: string;
}

async function signIn(user: string, ...options: '--new-login'[]): Promise<SignedIn> {
  const token = await dev.token(user, ...options);
  const answer = await post(`${dev.api}/users/me/sessions`, token);
  expect(answer).toMatchObject({ status: 200 });
  const { sessionId, userKey } = answer.body.data;
  return { token, sessionId, userKey };
}

/** A token of this login makes no session, and opens nothing. */
async function expectLoginEnded(token: string): Promise<void> {
  expect(await post(`${dev.api}/users/me/sessions`, token)).toMatchObject(failure(403, 'LOGIN_ENDED'));
  expect((await get(`${dev.api}/users/me/events`, token)).status).toBe(403);
}

/** What the client is told to do, whose sign-in has ended. */
async function remedyOf(token: string): Promise<unknown> {
  const answer = await post(`${dev.api}/users/me/sessions`, token);
  expect(answer).toMatchObject(failure(403, 'LOGIN_ENDED'));
  return answer.body.error.remedy;
}

/** Everything of the user has just been ended: a new login is told how long to wait, and the next one after that is let in. */
async function signInAfterMargin(user: string): Promise<void> {
  // A sign-in of the same second cannot be told from one before it.
  const second = Math.floor(Date.now() / 1000);
  await eventually('the next second', async () => Date.now() / 1000 >= second + 1 || undefined);
  const early = await post(`${dev.api}/users/me/sessions`, await dev.newLogin(user));
  expect(early).toMatchObject(failure(429, 'SIGN_IN_TOO_EARLY'));
  const waitSeconds = Number(early.headers.get('retry-after'));
  expect(waitSeconds).toBeGreaterThanOrEqual(1);
  expect(waitSeconds).toBeLessThanOrEqual(6);
  await new Promise((resolve) => setTimeout(resolve, waitSeconds * 1000)); // what the answer told the client to do
  await signIn(user, '--new-login');
}

async function sessionIds(token: string): Promise<string[]> {
  const { body } = await get(`${dev.api}/users/me/sessions`, token);
  return body.data.sessions.map(({ sessionId }: { sessionId: string }) => sessionId);
}

/** All lines, page by page. */
async function exportOf(token: string): Promise<string[]> {
  const lines: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const response: Response = await fetch(`${dev.api}/users/me/export${query}`, { headers: bearer(token) });
    expect(response.status).toBe(200);
    lines.push(...(await response.text()).split('\n').filter((line) => line !== ''));
    cursor = response.headers.get('x-next-cursor');
  }
  return lines;
}

function remove(url: string, token: string) {
  return request(url, { method: 'DELETE', headers: bearer(token) });
}

function put(url: string, token: string, body: unknown, etag?: string) {
  const condition = etag === undefined ? {} : { 'if-match': etag };
  const headers = { ...bearer(token), 'content-type': 'application/json', ...condition };
  return request(url, { method: 'PUT', headers, body: JSON.stringify(body) });
}

function failure(status: number, code: string) {
  return { status, body: { success: false, error: { code } } };
}
