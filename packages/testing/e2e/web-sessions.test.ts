import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { publicUserKey, sidHash, sidKey, type User } from '@cloakroom/core';
import { localToken } from '@cloakroom/local/token';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { markByWebApp, signInAtWebApp } from '../src/web-sessions.ts';
import { type Browsers, browsersOf } from './browsers.ts';
import { bearer, controlledDev, eventually, get, post, request, type SharedDev } from './dev.ts';
import { userLikeAtKeycloak } from './user-like-at-keycloak.ts';

const SESSIONS = 'cloakroom-dev-sessions';
/** As many as a user may have. */
const MOST = 10;

/** What the functions do about the sessions of web apps, each by its own role. */
describe('sessions that web apps keep in the table', () => {
  let dev: SharedDev;
  let at: Browsers;
  let dynamodb: DynamoDBClient;
  beforeAll(async () => {
    dev = await controlledDev('keycloak');
    at = browsersOf(dev);
    const credentials = { accessKeyId: 'k', secretAccessKey: 's' };
    dynamodb = new DynamoDBClient({ region: 'eu-central-1', endpoint: dev.aws, credentials });
  });
  afterAll(async () => {
    dynamodb?.destroy();
    dev?.assertNoLogHasTokens();
  });

  /** Somebody with a token and its session. */
  async function person(login: string) {
    const likeAtKeycloak = userLikeAtKeycloak(dev.provider, { dataDir: dev.dataDir, user: login });
    const token = dev.remember((await localToken(likeAtKeycloak, { newLogin: true })).accessToken);
    const { iss: issuer = '', sub = '', sid } = decodeJwt(token);
    const user: User = { issuer: 'local', sub };
    return {
      user,
      token,
      named: { issuer, sub, value: String(sid) },
      open: () => post(`${dev.api}/auth/bootstrap-session`, token),
    };
  }

  const atApp = (user: User, fields: object = {}) =>
    signInAtWebApp(dynamodb, SESSIONS, { user, nowSeconds: Math.floor(Date.now() / 1000) - 60, ...fields });
  const idsOf = async (token: string): Promise<string[]> => {
    const { body } = await get(`${dev.api}/users/me/sessions`, token);
    return body.data.sessions
      .filter(({ kind }: { kind?: string }) => kind === 'web')
      .map(({ sessionId }: { sessionId: string }) => sessionId);
  };
  const eventsOf = async (token: string): Promise<string[]> => {
    const { body } = await get(`${dev.api}/users/me/events`, token);
    return body.data.events
      .filter(({ data }: { data: { kind?: string } }) => data.kind === 'web')
      .map(({ type }: { type: string }) => type);
  };
  const remove = (path: string, token: string) =>
    request(`${dev.api}${path}`, { method: 'DELETE', headers: bearer(token) });
  const isOver = async ({ entry, item }: Awaited<ReturnType<typeof signInAtWebApp>>) =>
    (await entry()) === undefined && (await item())?.ended_at_ms !== undefined;

  it('are seen to begin, and end for good when their app says so', async () => {
    const { user, token, open } = await person('ada-web');
    expect((await open()).status).toBe(200);
    const session = await atApp(user);
    await eventually('its beginning', async () => ((await eventsOf(token)).length === 1 ? true : undefined));
    await eventually('its TTL', async () => (await session.entry())?.ttl);
    expect(await idsOf(token)).toHaveLength(1);
    await markByWebApp(dynamodb, SESSIONS, {
      user,
      id: session.id,
      reason: 'logout',
      atSeconds: Math.floor(Date.now() / 1000),
    });
    expect(await idsOf(token)).toEqual([]);
    await eventually('its end', async () => ((await eventsOf(token)).length === 2 ? true : undefined));
    expect(await eventsOf(token)).toEqual(['session.logout', 'session.created']);
    expect(await session.entry()).toBeUndefined();
  });

  it('end at their owner’s word, by one and with all others', async () => {
    const { user, token, open } = await person('bob-web');
    await open();
    const [one, other] = [await atApp(user), await atApp(user)];
    const [sessionId] = (await idsOf(token)).filter((id) => id.endsWith(one.id));
    expect(await remove(`/sessions/${sessionId}`, token)).toMatchObject({
      status: 200,
      body: { data: { revoked: 1 } },
    });
    expect([await isOver(one), await isOver(other)]).toEqual([true, false]);
    const all = await remove('/users/me/sessions?except=current', token);
    expect(all).toMatchObject({ status: 200, body: { data: { revoked: 1 } } });
    expect(await isOver(other)).toBe(true);
  });

  it('make room for a sign-in, whichever way it comes', async () => {
    const { user, open } = await person('cora-web');
    const sessions = await Promise.all(Array.from({ length: MOST }, () => atApp(user)));
    expect((await open()).status).toBe(200);
    await at.signedIn('cora-web');
    const over = await Promise.all(sessions.map(isOver));
    expect(over.filter((each) => each)).toHaveLength(2);
  });

  it('end by a logout token, which names the session at the provider or the person', async () => {
    const { user, named } = await person('dora-web');
    const providerSession = { sidHash: sidHash(named), sidKey: sidKey(named) };
    const [theirs, others] = [await atApp(user, { providerSession }), await atApp(user)];
    await eventually('it is adopted', async () => (await theirs.entry())?.ttl);
    const send = async (wish: { sid?: string; sub?: string }) =>
      (await at.sendLogoutToken(dev.remember(await at.logoutToken(wish)))).status;
    expect(await send({ sid: named.value })).toBe(200);
    expect([await isOver(theirs), await isOver(others)]).toEqual([true, false]);
    expect(await send({ sub: named.sub })).toBe(200);
    expect(await isOver(others)).toBe(true);
  });

  it('go with their user, but for the mark that they have ended', async () => {
    const [{ user }, admin] = [await person('fay-web'), await person('admin')];
    await admin.open();
    const session = await atApp(user);
    const erased = await remove(`/users/${publicUserKey(user)}`, admin.token);
    expect(erased).toMatchObject({ status: 200, body: { data: { done: true } } });
    expect(await isOver(session)).toBe(true);
    expect(JSON.stringify(await session.item())).not.toContain(user.sub);
  });
});
