import { randomUUID } from 'node:crypto';
import { createLogoutVerifier, createTokenVerifier, KeysUnavailableError, parseIssuers } from '@cloakroom/auth';
import { httpStack } from '@cloakroom/http';
import { ConflictError, createProviderSessions, createSessionStore } from '@cloakroom/sessions';
import {
  aCreation,
  accessClaims,
  anIssuer,
  createTestSigner,
  createTestTable,
  httpApiEvent,
  lambdaContext,
  recordTelemetry,
  restEvent,
  STORE_RULES,
  signInAtWebApp,
  testDynamoDb,
} from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { backchannelLogout } from './backchannel-logout.ts';

const NOW = 1_780_000_000;
const nowMs = () => NOW * 1000;
const ROUTE = 'POST /auth/backchannel-logout';
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const ISSUER = { ...anIssuer({ algorithms: ['RS256'], loginClaim: 'sid' }), backchannelLogout: true };
const issuers = parseIssuers([ISSUER]);
const signer = createTestSigner('RS256', 'k1');

const dynamodb = testDynamoDb();
let table: string;
beforeAll(async () => {
  table = await createTestTable(dynamodb, 'sessions');
});
afterAll(() => dynamodb.destroy());

interface Setup {
  readonly keysAreDown?: boolean;
  /** What the store throws. */
  readonly failure?: Error;
}

/** The function as it is deployed, but for the clock, the keys and the telemetry; and the sessions of the same table. */
function aFunction({ keysAreDown = false, failure }: Setup = {}) {
  const telemetry = recordTelemetry();
  const keys = {
    find: async () => {
      if (keysAreDown) throw new KeysUnavailableError('none_usable', 'main', 30);
      return [signer.publicKey];
    },
  };
  const options = { ...STORE_RULES, dynamodb, table, nowMs };
  const sessions = createProviderSessions(options);
  const routes = backchannelLogout({
    verifier: createLogoutVerifier({ issuers, keys, nowMs }),
    sessions: failure === undefined ? sessions : { end: () => Promise.reject(failure) },
    telemetry,
  });
  const handler = httpStack(routes, { allowedOrigins: [], telemetry });
  return {
    handler,
    telemetry,
    store: createSessionStore(options),
    access: createTokenVerifier({ issuers, keys, nowMs }),
  };
}
type Deployed = ReturnType<typeof aFunction>;

const claimsOf = (changes: object = {}) => {
  const common = { iss: ISSUER.issuer, aud: 'web', sub: 'ada', iat: NOW, jti: randomUUID(), events: { [EVENT]: {} } };
  return { ...common, exp: NOW + 120, ...changes };
};
const logoutToken = (changes: object = {}) => signer.sign(claimsOf(changes), { typ: 'logout+jwt' });
const FORM = 'application/x-www-form-urlencoded';

interface Call {
  readonly body?: string;
  readonly type?: string;
  readonly eventOf?: typeof httpApiEvent;
  readonly headers?: Readonly<Record<string, string>>;
}

async function post({ handler }: Deployed, { body, type = FORM, eventOf = httpApiEvent, headers = {} }: Call) {
  const event = eventOf({
    routeKey: ROUTE,
    headers: { 'content-type': type, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const answer = await handler(event, lambdaContext());
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
}

const send = (deployed: Deployed, token: string) =>
  post(deployed, { body: new URLSearchParams({ logout_token: token }).toString() });

/** A sign-in with its bearer session. */
async function signIn({ access, store }: Deployed, sid: string, sub = 'ada') {
  const token = await access.verify(signer.sign(accessClaims(NOW, { iss: ISSUER.issuer, sub, sid })));
  if (token.type !== 'login') throw new Error('no login');
  const { session } = await store.create(aCreation(token.login));
  return { isActive: async () => (await store.get(session.user, session.id)) !== undefined };
}

/** How a session here tells the one at the provider. */
async function sidHashOf({ access }: Deployed, sid: string, sub: string): Promise<string> {
  const token = await access.verify(signer.sign(accessClaims(NOW, { iss: ISSUER.issuer, sub, sid })));
  if (token.type !== 'login' || token.login.sidHash === undefined) throw new Error('no session at the provider');
  return token.login.sidHash;
}

describe('a logout token', () => {
  it.each([
    ['of a session', { sid: 's-1' }, 'sid'],
    ['that tells the sid alone', { sid: 's-1', sub: undefined }, 'sid'],
  ])('%s ends that session and no other, and is counted', async (_, changes, by) => {
    const deployed = aFunction();
    const sid = randomUUID();
    const [one, other] = [await signIn(deployed, sid), await signIn(deployed, randomUUID())];
    const answer = await send(deployed, logoutToken({ ...changes, sid }));
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect([await one.isActive(), await other.isActive()]).toEqual([false, true]);
    expect(deployed.telemetry.lines).toContainEqual(
      expect.objectContaining({
        code: 'backchannel_logout.done',
        fields: expect.objectContaining({ by, issuer: 'main', ended: 1, outcome: 'ended' }),
      }),
    );
    expect(deployed.telemetry.counts).toEqual([{ metric: 'BackchannelLogouts', dimensions: { outcome: 'ended' } }]);
  });

  it('of a person ends all of theirs and nobody else’s, and a replay says that there is nothing to end', async () => {
    const deployed = aFunction();
    const sub = randomUUID();
    const theirs = [await signIn(deployed, 'a', sub), await signIn(deployed, 'b', sub)];
    const others = await signIn(deployed, randomUUID(), randomUUID());
    const token = logoutToken({ sub });
    for (const _ of [1, 2]) expect(await send(deployed, token)).toMatchObject({ status: 200 });
    expect(await Promise.all([...theirs, others].map(({ isActive }) => isActive()))).toEqual([false, false, true]);
    const outcomes = deployed.telemetry.counts.map(({ dimensions }) => dimensions.outcome);
    expect(outcomes).toEqual(['ended', 'nothing_to_end']);
    expect(JSON.stringify(deployed.telemetry)).not.toContain(sub);
  });

  it.each([
    ['of a session', (sid: string) => ({ sid })],
    ['of a person', () => ({})],
  ])('%s ends those of web apps too', async (_, changes) => {
    const deployed = aFunction();
    const [sid, sub] = [randomUUID(), randomUUID()];
    const bearer = await signIn(deployed, sid, sub);
    const user = { issuer: 'main', sub };
    const providerSession = { sidHash: await sidHashOf(deployed, sid, sub), sidKey: 'k'.repeat(43) };
    const session = await signInAtWebApp(dynamodb, table, { user, nowSeconds: NOW - 1, providerSession });
    expect(await send(deployed, logoutToken({ sub, ...changes(sid) }))).toMatchObject({ status: 200 });
    expect(await bearer.isActive()).toBe(false);
    expect(await session.entry()).toBeUndefined();
    expect(await session.item()).not.toHaveProperty('keys');
    expect(await deployed.store.getEnded(user, session.id)).toMatchObject({ kind: 'web', reason: 'logout' });
  });

  it.each([
    ['expired', { iat: NOW - 300, exp: NOW - 180 }, 'expired, exp'],
    ['for somebody else', { aud: 'other' }, 'audience_refused, aud'],
    ['with a nonce', { nonce: 'n' }, 'nonce_wrong, nonce'],
    ['of an unknown issuer', { iss: 'https://other.example' }, 'issuer_unknown, iss'],
  ])('%s is refused as the specification says, and ends nothing', async (_, changes, why) => {
    const deployed = aFunction();
    const sid = randomUUID();
    const session = await signIn(deployed, sid);
    const answer = await send(deployed, logoutToken({ sid, ...changes }));
    const body = { error: 'invalid_request', error_description: `logout_token: refused (${why})` };
    expect(answer).toMatchObject({ status: 400, headers: { 'cache-control': 'no-store' }, body });
    expect(await session.isActive()).toBe(true);
    expect(deployed.telemetry.counts).toEqual([{ metric: 'BackchannelLogouts', dimensions: { outcome: 'refused' } }]);
  });

  it('is never in the log, nor in an answer', async () => {
    const deployed = aFunction();
    const token = logoutToken({ aud: 'other' });
    const answer = await send(deployed, token);
    const [, payload = '-', signature = '-'] = token.split('.');
    const told = JSON.stringify([answer, deployed.telemetry]);
    for (const secret of [payload, signature]) expect(told).not.toContain(secret);
  });
});

describe('a request', () => {
  it.each([
    ['without a body', {}],
    ['without a token', { body: 'a=b' }],
    ['with an empty token', { body: 'logout_token=' }],
    ['with two tokens', { body: `logout_token=${logoutToken()}&logout_token=${logoutToken()}` }],
    ['with junk', { body: 'logout_token=%00%ff..&&=' }],
    ['in JSON', { body: JSON.stringify({ logout_token: logoutToken() }), type: 'application/json' }],
    ['of no type', { body: `logout_token=${logoutToken()}`, type: '' }],
    ['that is too large', { body: `logout_token=${'x'.repeat(65 * 1024)}` }],
  ])('%s is a 400, by either kind of gateway', async (_, call) => {
    for (const eventOf of [httpApiEvent, restEvent]) {
      const answer = await post(aFunction(), { ...call, eventOf });
      expect(answer).toMatchObject({
        status: 400,
        headers: { 'cache-control': 'no-store', 'content-type': 'application/json' },
        body: { error: 'invalid_request', error_description: expect.any(String) },
      });
    }
  });

  it('may hold more than the token, and a charset', async () => {
    const body = `state=x&logout_token=${logoutToken({ sub: randomUUID() })}`;
    const answer = await post(aFunction(), { body, type: `${FORM}; charset=UTF-8` });
    expect(answer.status).toBe(200);
  });

  it('of a page gets no CORS headers', async () => {
    const answer = await post(aFunction(), { body: 'a=b', headers: { origin: 'https://app.example' } });
    expect(Object.keys(answer.headers)).not.toContain('access-control-allow-origin');
  });
});

describe('an outage of ours', () => {
  it.each([
    ['no key set can be had', { keysAreDown: true }],
    ['others are in the way', { failure: new ConflictError() }],
  ])('is a 503, so that the provider tries again: %s', async (_, setup) => {
    const deployed = aFunction(setup);
    const answer = await send(deployed, logoutToken());
    expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(deployed.telemetry.counts).toEqual([{ metric: 'BackchannelLogouts', dimensions: { outcome: 'failed' } }]);
  });

  it('of another kind is a 500 that tells nothing', async () => {
    const answer = await send(aFunction({ failure: new Error('secret detail') }), logoutToken());
    expect(answer).toMatchObject({ status: 500, body: { error: 'server_error' } });
    expect(JSON.stringify(answer)).not.toContain('secret detail');
  });
});
