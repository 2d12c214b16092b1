import { randomBytes, randomUUID } from 'node:crypto';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createTokenVerifier, KeysUnavailableError, parseIssuers } from '@cloakroom/auth';
import { logId, opaqueUserId, publicUserKey, userKey } from '@cloakroom/core';
import { httpStack } from '@cloakroom/http';
import type { IpStorage } from '@cloakroom/http/client-info';
import { type CreationPolicy, createSessionStore, parsePublicSessionId } from '@cloakroom/sessions';
import {
  accessClaims,
  anIssuer,
  aPolicy,
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
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createSession } from './create-session.ts';

const NOW = 1_780_000_000;
const DAY = 24 * 3600;
const issuer = anIssuer({
  alias: 'local',
  issuer: 'http://localhost:3002',
  algorithms: ['RS256'],
  clientIds: ['cloakroom-local', 'cloakroom-other', 'reporter'],
  services: ['reporter'],
});
const issuerNamed = (alias: string) => (alias === 'local' ? issuer.issuer : `https://${alias}.example`);
const ISSUERS = parseIssuers([
  issuer,
  { ...issuer, alias: 'by-sid', issuer: issuerNamed('by-sid'), loginClaim: 'sid' },
  { ...issuer, alias: 'by-time', issuer: issuerNamed('by-time'), loginClaim: 'auth_time' },
]);
const POLICY = aPolicy({ maxSessionsPerUser: 10, maxCreationsPerHour: 5 });
const IDLE = { bearerIdleSeconds: 30 * DAY, ticketIdleSeconds: 1800, touchIntervalSeconds: 300 };

const signer = createTestSigner('RS256', 'k1');
const dynamodb = testDynamoDb();
let table: string;

beforeAll(async () => {
  table = await createTestTable(dynamodb, 'sessions');
});

interface Person {
  readonly sub: string;
  /** Changes of the token's claims. */
  readonly claims?: object;
}

const keyOf = ({ sub }: Person) => publicUserKey({ issuer: 'local', sub });
const newPerson = (claims: object = {}): Person => ({ sub: randomUUID(), claims });

function tokenOf({ sub, claims = {} }: Person): string {
  const login = { client_id: 'cloakroom-local', origin_jti: randomBytes(8).toString('hex') };
  return signer.sign(accessClaims(NOW, { iss: issuer.issuer, sub, ...login, ...claims }));
}

interface Setup {
  readonly policy?: Partial<CreationPolicy>;
  readonly keysAreDown?: boolean;
  readonly nowSeconds?: number;
  readonly tableName?: string;
  readonly ipStorage?: IpStorage;
}

/** The function as it is deployed, but for the clock, the keys and the telemetry. */
function aFunction(setup: Setup = {}) {
  const { policy = {}, keysAreDown = false, nowSeconds = NOW, tableName = table, ipStorage = 'full' } = setup;
  const telemetry = recordTelemetry();
  const nowMs = () => nowSeconds * 1000;
  const keys = {
    find: async () => {
      if (keysAreDown) throw new KeysUnavailableError('none_usable', 'local', 30);
      return [signer.publicKey];
    },
  };
  const sessions = createSessionStore({ ...STORE_RULES, idle: IDLE, dynamodb, table: tableName, nowMs });
  const routes = createSession({
    verifier: createTokenVerifier({ issuers: ISSUERS, keys, nowMs }),
    sessions,
    policy: { ...POLICY, ...policy },
    ipStorage,
    nowMs,
    telemetry,
  });
  const handler = httpStack(routes, { allowedOrigins: [], telemetry });
  return { telemetry, sessions, handler };
}

interface Call {
  readonly token?: string | undefined;
  readonly userId?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

function anEvent({ token, userId, body, headers = {} }: Call) {
  return httpApiEvent({
    routeKey: userId === undefined ? 'POST /auth/bootstrap-session' : 'POST /users/{userId}/sessions',
    headers: {
      'user-agent': 'Firefox/140',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(userId === undefined ? {} : { pathParameters: { userId } }),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

interface Envelope {
  readonly success: boolean;
  readonly data: { readonly sessionId: string; readonly [field: string]: unknown };
  readonly error: { readonly code: string; readonly field?: string; readonly remedy?: string };
}

async function call({ handler }: Pick<ReturnType<typeof aFunction>, 'handler'>, request: Call) {
  const { statusCode, headers, body } = await handler(anEvent(request), lambdaContext());
  const { data, error }: Envelope = JSON.parse(body);
  return { status: statusCode, headers, body, data, code: error?.code, field: error?.field, remedy: error?.remedy };
}

describe('asking for a session', () => {
  it('answers with it', async () => {
    const person = newPerson();
    const { status, data, body } = await call(aFunction(), { token: tokenOf(person), userId: person.sub });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      success: true,
      data: {
        sessionId: expect.any(String),
        userId: person.sub,
        userKey: keyOf(person),
        isActive: true,
        current: true,
        userAgent: 'Firefox/140',
        device: 'Firefox',
        ipAddress: '203.0.113.7',
        loginTime: '2026-05-28T20:26:30.000Z',
        createdAt: '2026-05-28T20:26:40.000Z',
        lastActivity: '2026-05-28T20:26:40.000Z',
        expiresAt: '2026-06-27T20:26:40.000Z',
        absoluteExpiresAt: '2026-06-27T20:26:40.000Z',
        version: 0,
        data: {},
      },
    });
    expect(parsePublicSessionId(data.sessionId)?.user).toEqual({ issuer: 'local', sub: person.sub });
  });

  it.each(['ann@corp.com', 'al%69ce', 'a/b?c#d', 'me', '~me', '..'])(
    'is done by me and by key, by %j too',
    async (name) => {
      const person = { sub: name === 'me' || name === '..' ? name : `${name}${randomUUID()}` };
      const token = tokenOf(person);
      const made = await call(aFunction(), { token, userId: 'me' });
      expect(made).toMatchObject({ status: 200, data: { userId: person.sub, userKey: keyOf(person) } });
      expect((await call(aFunction(), { token, userId: keyOf(person) })).data).toEqual(made.data);
    },
  );

  it('gives the same one on both routes, again and again', async () => {
    const person = newPerson();
    const token = tokenOf(person);
    const deployed = aFunction();
    const answers = [
      await call(deployed, { token, userId: person.sub, body: { data: { a: 1 }, device: 'laptop' } }),
      await call(deployed, { token, body: { data: { a: 2 }, device: 'phone' } }),
      await call(deployed, { token, userId: person.sub }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(answers[2]?.data).toMatchObject({ device: 'laptop', version: 1, data: { a: 1 } });
  });

  it('is logged and counted: made, found, made room for', async () => {
    const { telemetry, handler } = aFunction({ policy: { maxSessionsPerUser: 1 } });
    const person = newPerson();
    const [first, second] = [tokenOf(person), tokenOf(person)];
    for (const token of [first, first, second]) await call({ handler }, { token });
    const codes = telemetry.lines.map(({ code }) => code).filter((code) => code.startsWith('session.'));
    expect(codes).toEqual(['session.created', 'session.existing', 'session.created', 'session.evicted']);
    const route = 'POST /auth/bootstrap-session';
    expect(telemetry.counts).toEqual([
      { metric: 'SessionsCreated', dimensions: { route } },
      { metric: 'SessionsExisting', dimensions: {} },
      { metric: 'SessionsCreated', dimensions: { route } },
    ]);
    const told = telemetry.lines.filter(({ code }) => code === 'session.created' || code === 'session.existing');
    expect(told.map(({ fields }) => fields.sessionsBefore)).toEqual([0, 1, 1]);
    const user = logId(opaqueUserId({ issuer: 'local', sub: person.sub }));
    for (const { fields } of told) expect(fields).toMatchObject({ user, issuer: 'local', route, bootstrap: true });
    expect(JSON.stringify(telemetry)).not.toContain(second.split('.')[2]);
    expect(JSON.stringify(telemetry.lines)).not.toContain(person.sub);
  });
});

describe('somebody who is signed in at a web app', () => {
  const atApp = ({ sub }: Person) =>
    signInAtWebApp(dynamodb, table, { user: { issuer: 'local', sub }, nowSeconds: NOW - DAY / 48 });

  it('may come with a sign-in of an hour ago, as if there were no session', async () => {
    const person = newPerson({ auth_time: NOW - 3600 });
    await atApp(person);
    expect(await call(aFunction(), { token: tokenOf(person) })).toMatchObject({ status: 200 });
    const other = tokenOf({ ...person, claims: { auth_time: NOW - 3600 } });
    expect(await call(aFunction(), { token: other })).toMatchObject({ status: 403, code: 'SESSION_REQUIRED' });
  });

  it('has a session there that counts in the limit, and makes room with all that the app keeps', async () => {
    const person = newPerson();
    const session = await atApp(person);
    const { telemetry, handler, sessions } = aFunction({ policy: { maxSessionsPerUser: 1 } });
    expect(await call({ handler }, { token: tokenOf(person) })).toMatchObject({ status: 200 });
    expect(telemetry.lines.map(({ code }) => code)).toContain('session.evicted');
    expect(await session.item()).not.toHaveProperty('keys');
    expect(await sessions.getEnded(session.user, session.id)).toMatchObject({ kind: 'web', reason: 'evicted' });
  });

  it('is refused where the limit denies', async () => {
    const person = newPerson();
    const session = await atApp(person);
    const deployed = aFunction({ policy: { maxSessionsPerUser: 1, sessionLimitPolicy: 'deny' } });
    expect(await call(deployed, { token: tokenOf(person) })).toMatchObject({ status: 409, code: 'SESSION_LIMIT' });
    expect(await session.item()).toHaveProperty('keys');
  });
});

describe('the address of the client', () => {
  it.each([
    ['full', '203.0.113.7'],
    ['truncated', '203.0.113.0'],
    ['none', null],
  ] as const)('is kept %s', async (ipStorage, ipAddress) => {
    const deployed = aFunction({ ipStorage });
    const person = newPerson();
    const { data } = await call(deployed, { token: tokenOf(person) });
    expect(data.ipAddress).toBe(ipAddress);
    const key = { user_key: { S: userKey({ issuer: 'local', sub: person.sub }) } };
    const item = { S: `SESSION#${data.sessionId.split('.')[1]}` };
    const stored = await dynamodb.send(new GetItemCommand({ TableName: table, Key: { ...key, item } }));
    expect(stored.Item?.ip?.S).toBe(ipAddress ?? '');
    const { ip: _, ...rest } = stored.Item ?? {};
    if (ipStorage !== 'full') expect(JSON.stringify([rest, deployed.telemetry])).not.toContain('203.0.113.7');
  });
});

describe('a client whose clock is wrong', () => {
  const timesOf = async (request: Omit<Call, 'token'> = {}, claims: object = {}) => {
    const answer = await call(aFunction(), { token: tokenOf(newPerson(claims)), ...request });
    const { loginTime, createdAt, lastActivity, expiresAt, absoluteExpiresAt } = answer.data ?? {};
    return { ...answer, times: { loginTime, createdAt, lastActivity, expiresAt, absoluteExpiresAt } };
  };

  it.each([
    ['fast', 600],
    ['slow', -600],
  ])('by ten minutes, %s, gets the same session, and the same refusals', async (_, skewSeconds) => {
    const theirs = new Date((NOW + skewSeconds) * 1000);
    const request = { body: { loginTime: theirs.toISOString() }, headers: { date: theirs.toUTCString() } };
    const { times } = await timesOf();
    expect(Object.values(times).every((time) => typeof time === 'string')).toBe(true);
    expect(await timesOf(request)).toMatchObject({ status: 200, times });
    const expired = { iat: NOW - 3600, exp: NOW - 60 };
    expect(await timesOf(request, expired)).toMatchObject({ status: 401 });
    const tooOld = { auth_time: NOW - 30 * DAY };
    expect(await timesOf(request, tooOld)).toMatchObject({ status: 403, code: 'LOGIN_ENDED' });
  });
});

describe('what the client says about itself', () => {
  it('wins over the header for the name of the client, and decides nothing', async () => {
    const body = { userAgent: 'Cloakroom iOS', device: 'Ada’s phone', loginTime: '2031-01-01T00:00:00Z' };
    const { status, data } = await call(aFunction(), { token: tokenOf(newPerson()), body });
    expect(status).toBe(200);
    expect(data).toMatchObject({
      userAgent: 'Cloakroom iOS',
      device: 'Ada’s phone',
      loginTime: '2026-05-28T20:26:30.000Z',
    });
  });

  it('is cut where the header is too long, and stays text', async () => {
    const headers = { 'user-agent': `${'a'.repeat(511)}😀${'b'.repeat(9000)}` };
    const { data } = await call(aFunction(), { token: tokenOf(newPerson()), headers });
    expect(data.userAgent).toBe(`${'a'.repeat(511)}\ufffd`);
  });

  it('may be nothing at all', async () => {
    const headers = { authorization: `Bearer ${tokenOf(newPerson())}` };
    const event = { ...anEvent({}), headers, requestContext: undefined };
    const { statusCode, body } = await aFunction().handler(event, lambdaContext());
    expect(statusCode).toBe(200);
    expect(JSON.parse(body).data).toMatchObject({ userAgent: null, ipAddress: null });
  });

  it.each([
    [{ userAgent: 'a'.repeat(513) }, 'userAgent'],
    [{ device: 'a'.repeat(101) }, 'device'],
    [{ device: { name: 'laptop' } }, 'device'],
    [{ loginTime: 'yesterday' }, 'loginTime'],
    [{ loginTime: '2027-02-31T00:00:00Z' }, 'loginTime'],
    [{ data: [] }, 'data'],
    [{ data: null }, 'data'],
    [{ data: 'x' }, 'data'],
    [{ isAdmin: true }, 'isAdmin'],
    [{ sessionId: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'sessionId'],
    [{ id: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'id'],
    [[], 'body'],
  ])('is refused when it is %j', async (body, field) => {
    expect(await call(aFunction(), { token: tokenOf(newPerson()), body })).toMatchObject({ status: 400, field });
  });

  it('may keep 8 KiB of data as JSON in UTF-8, and not a byte more', async () => {
    const deployed = aFunction();
    const exact = { data: { text: '界'.repeat((8192 - '{"text":""}'.length) / 3) } };
    expect(Buffer.byteLength(JSON.stringify(exact.data))).toBe(8192);
    expect((await call(deployed, { token: tokenOf(newPerson()), body: exact })).status).toBe(200);
    const more = { data: { text: `${exact.data.text}x` } };
    const refused = await call(deployed, { token: tokenOf(newPerson()), body: more });
    expect(refused).toMatchObject({ status: 413, code: 'DATA_TOO_LARGE', field: 'data' });
  });
});

describe('a bad credential', () => {
  const person = newPerson();
  const good = tokenOf(person);
  const credentials: readonly (readonly [string, Call])[] = [
    ['none', {}],
    ['another scheme', { headers: { authorization: `Basic ${good}` } }],
    ['two of them', { headers: { authorization: `Bearer ${good},Bearer ${good}` } }],
    ['no token', { token: 'x' }],
    ['an expired token', { token: tokenOf({ ...person, claims: { exp: NOW - 6 } }) }],
    ['an ID token', { token: tokenOf({ ...person, claims: { token_use: 'id' } }) }],
    ['another client', { token: tokenOf({ ...person, claims: { client_id: 'other' } }) }],
    ['a changed signature', { token: `${good.slice(0, -8)}AAAAAAAA` }],
    ['a token without its login', { token: tokenOf({ ...person, claims: { origin_jti: undefined } }) }],
  ];

  it.each(credentials)('is answered like every other: %s', async (_, request) => {
    const onPath = await call(aFunction(), { ...request, userId: person.sub });
    const without = await call(aFunction(), request);
    expect(onPath.status).toBe(401);
    expect(onPath.body).toBe(
      '{"success":false,"error":{"code":"UNAUTHORIZED","message":"a valid credential is required"},"requestId":"request-1"}',
    );
    expect(without).toEqual(onPath);
  });

  it('is answered before anything is said about the body', async () => {
    expect(await call(aFunction(), { token: 'x', body: '{' })).toMatchObject({ status: 401 });
    const ofAnother = { token: good, userId: 'somebody-else', body: '{' };
    expect(await call(aFunction(), ofAnother)).toMatchObject({ status: 403 });
  });

  it('is logged with the claim that decided, and its issuer, and with no value', async () => {
    const deployed = aFunction();
    await call(deployed, { token: tokenOf({ ...person, claims: { auth_time: undefined } }) });
    const { fields } = deployed.telemetry.lines.find(({ code }) => code === 'http.answered') ?? {};
    expect(fields).toMatchObject({ reason: 'auth_time_missing', claim: 'auth_time', issuer: 'local' });
    expect(JSON.stringify(deployed.telemetry.lines)).not.toContain(person.sub);
  });

  it('has nothing to do with keys that cannot be had: those are 503, later', async () => {
    const answer = await call(aFunction({ keysAreDown: true }), { token: good });
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '30' } });
  });
});

describe('a session that is not to be had', () => {
  it.each(['somebody-else', 'local:x', keyOf(newPerson())])('is one for another user: %j', async (userId) => {
    const answer = await call(aFunction(), { token: tokenOf(newPerson()), userId });
    expect(answer).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it.each(['', 'al%69ce', 'a/b', '~x'])('is one for whom nobody can tell: %j', async (userId) => {
    for (const sub of ['alice', userId || 'me']) {
      const answer = await call(aFunction(), { token: tokenOf({ sub }), userId });
      expect(answer).toMatchObject({ status: 400, code: 'INVALID_USER_ID', field: 'userId' });
    }
  });

  it('is one for a service', async () => {
    const service = { sub: 'reporter', claims: { client_id: 'reporter', origin_jti: undefined } };
    for (const path of [{}, { userId: service.sub }]) {
      const answer = await call(aFunction(), { token: tokenOf(service), ...path });
      expect(answer).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    }
  });

  it('is one on the path of nobody', async () => {
    const event = { ...anEvent({ token: tokenOf(newPerson()), userId: 'x' }), pathParameters: undefined };
    expect((await aFunction().handler(event, lambdaContext())).statusCode).toBe(400);
  });

  it('says when to come back after too many, and is logged', async () => {
    const deployed = aFunction();
    const person = newPerson();
    for (let index = 0; index < 5; index += 1) await call(deployed, { token: tokenOf(person) });
    const sixth = await call(deployed, { token: tokenOf(person), userId: person.sub });
    expect(sixth).toMatchObject({ status: 429, code: 'RATE_LIMITED', headers: { 'retry-after': '3600' } });
    expect(deployed.telemetry.lines).toContainEqual(
      expect.objectContaining({
        code: 'session.refused',
        fields: expect.objectContaining({ reason: 'RATE_LIMITED', sessionsBefore: 5, bootstrap: false }),
      }),
    );
  });

  it('is one more than the limit where the policy is to deny', async () => {
    const deployed = aFunction({ policy: { maxSessionsPerUser: 1, sessionLimitPolicy: 'deny' } });
    const person = newPerson();
    await call(deployed, { token: tokenOf(person) });
    const answer = await call(deployed, { token: tokenOf(person) });
    expect(answer).toMatchObject({ status: 409, code: 'SESSION_LIMIT' });
  });

  it('is a new one while sign-in is closed, by either path; the one that there is goes on', async () => {
    const [person, other] = [newPerson(), newPerson()];
    const token = tokenOf(person);
    await call(aFunction(), { token });
    const deployed = aFunction({ policy: { bootstrap: 'off' } });
    expect(await call(deployed, { token })).toMatchObject({ status: 200 });
    for (const path of [{}, { userId: other.sub }]) {
      const answer = await call(deployed, { token: tokenOf(other), ...path });
      expect(answer).toMatchObject({ status: 403, code: 'SIGN_IN_CLOSED' });
      expect(answer.headers).not.toHaveProperty('retry-after');
    }
    const dimensions = { reason: 'SIGN_IN_CLOSED' };
    expect(deployed.telemetry.counts).toContainEqual({ metric: 'SessionsRefused', dimensions });
  });

  it('of a credential is a 401, counted by route and reason, and no sign-in that was refused', async () => {
    const { telemetry, handler } = aFunction();
    await call({ handler }, {});
    const dimensions = { route: 'POST /auth/bootstrap-session', reason: 'credential_missing' };
    expect(telemetry.counts).toEqual([{ metric: 'HttpUnauthorized', dimensions }]);
  });

  it('on the path of somebody else is counted as refused', async () => {
    const { telemetry, handler } = aFunction();
    await call({ handler }, { token: tokenOf(newPerson()), userId: newPerson().sub });
    expect(telemetry.counts).toEqual([{ metric: 'SessionsRefused', dimensions: { reason: 'FORBIDDEN' } }]);
  });

  it('is one by an old sign-in beside another session', async () => {
    const person = newPerson();
    await call(aFunction(), { token: tokenOf(person) });
    const old = tokenOf({ ...person, claims: { auth_time: NOW - 901 } });
    expect(await call(aFunction(), { token: old })).toMatchObject({ status: 403, code: 'SESSION_REQUIRED' });
  });

  it('is one whose sign-in is older than a login can be, whatever the client claims', async () => {
    const token = tokenOf(newPerson({ auth_time: NOW - 30 * DAY }));
    const body = { loginTime: new Date(NOW * 1000).toISOString() };
    expect(await call(aFunction(), { token, body })).toMatchObject({ status: 403, code: 'LOGIN_ENDED' });
  });

  it.each([
    ['local', 'sign_in'],
    ['by-sid', 'sign_out_at_provider'],
    ['by-time', 'reauthenticate'],
  ])('is one whose sign-in at %s was ended, and the remedy is told: %s', async (alias, remedy) => {
    const deployed = aFunction();
    const person = newPerson({ iss: issuerNamed(alias), sid: randomUUID(), auth_time: NOW - 7 });
    const token = tokenOf(person);
    const { data } = await call(deployed, { token });
    const address = parsePublicSessionId(data.sessionId);
    if (address === undefined) throw new Error('there is no session');
    await deployed.sessions.revoke(address);
    for (const path of [{}, { userId: person.sub }]) {
      expect(await call(deployed, { token, ...path })).toMatchObject({ status: 403, code: 'LOGIN_ENDED', remedy });
    }
    expect(deployed.telemetry.lines).toContainEqual(
      expect.objectContaining({ code: 'session.refused', fields: expect.objectContaining({ remedy, issuer: alias }) }),
    );
  });

  it('is one of another client of the provider session, once one of them was ended', async () => {
    const deployed = aFunction();
    const person = newPerson({ iss: issuerNamed('by-sid'), sid: randomUUID() });
    const { data } = await call(deployed, { token: tokenOf(person) });
    const address = parsePublicSessionId(data.sessionId);
    if (address === undefined) throw new Error('there is no session');
    await deployed.sessions.revoke(address);
    const elsewhere = { ...person, claims: { ...person.claims, client_id: 'cloakroom-other', auth_time: NOW } };
    const out = { status: 403, code: 'LOGIN_ENDED', remedy: 'sign_out_at_provider' };
    expect(await call(deployed, { token: tokenOf(elsewhere) })).toMatchObject(out);
    const anew = { ...person, claims: { ...person.claims, sid: randomUUID() } };
    expect(await call(deployed, { token: tokenOf(anew) })).toMatchObject({ status: 200 });
  });

  it('is one of a sign-in within the margin of a sign-out everywhere', async () => {
    const person = newPerson();
    const key = { user_key: { S: userKey({ issuer: 'local', sub: person.sub }) }, item: { S: 'USER' } };
    const watermark = { version: { N: '1' }, not_before: { N: String(NOW - 8) } };
    await dynamodb.send(new PutItemCommand({ TableName: table, Item: { ...key, ...watermark } }));
    const answer = await call(aFunction(), { token: tokenOf(person) });
    expect(answer).toMatchObject({ status: 429, code: 'SIGN_IN_TOO_EARLY', headers: { 'retry-after': '1' } });
  });

  it('is none at all when the table fails: an error, and nothing about it in the answer', async () => {
    const deployed = aFunction({ tableName: 'no-such-table' });
    const answer = await call(deployed, { token: tokenOf(newPerson()) });
    expect(answer).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(answer.body).not.toContain('no-such-table');
    expect(deployed.telemetry.lines.map(({ code }) => code)).not.toContain('session.refused');
    expect(deployed.telemetry.counts).toEqual([{ metric: 'SessionsFailed', dimensions: { reason: 'INTERNAL' } }]);
  });
});

it('takes the events of a REST API too', async () => {
  const person = newPerson();
  const event = restEvent({
    routeKey: 'POST /users/{userId}/sessions',
    pathParameters: { userId: person.sub },
    headers: { Authorization: `Bearer ${tokenOf(person)}`, 'user-agent': 'curl' },
  });
  const { statusCode, body } = await aFunction().handler(event, lambdaContext());
  expect(statusCode).toBe(200);
  expect(JSON.parse(body).data).toMatchObject({ userId: person.sub, userAgent: 'curl', ipAddress: '203.0.113.7' });
});
