import { inspect } from 'node:util';
import { KeysUnavailableError, TokenInvalidError } from '@cloakroom/auth';
import { opaqueUserId, publicUserKey } from '@cloakroom/core';
import { publicSessionId, type Session } from '@cloakroom/sessions';
import { recordTelemetry } from '@cloakroom/testing';
import { anySub } from '@cloakroom/testing/subjects';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PolicyAnswer, SimpleAnswer } from './answer.ts';
import { createAuthorizer } from './authorizer.ts';
import {
  createWorld,
  HOUR,
  httpApi,
  LOGIN_ID,
  login,
  NO_TICKETS,
  NOW,
  restRequest,
  restToken,
  STAGE,
  session,
  TOKEN,
  untouched,
  user,
  type WorldOptions,
} from './authorizer-fixture.ts';

const codes = ({ lines }: ReturnType<typeof recordTelemetry>) => lines.map(({ code, fields }) => [code, fields.reason]);
const statement = (answer: unknown) => (answer as PolicyAnswer).policyDocument.Statement[0];

describe('a login with an active session', () => {
  it('gets in, and the functions behind are told who it is', async () => {
    const { authorize, reads } = createWorld();
    await expect(authorize(httpApi())).resolves.toEqual({
      isAuthorized: true,
      context: {
        userId: 'ada',
        issuer: 'main',
        clientId: 'web',
        sessionId: publicSessionId(user, LOGIN_ID),
        kind: 'bearer',
        bootstrap: 'false',
        reason: 'active',
        scope: 'read write',
        groups: '["staff","ops"]',
        authTime: NOW - 60,
        acr: '2',
      },
    });
    expect(reads).toEqual([['get', user, LOGIN_ID]]);
  });

  it.each([
    ['REQUEST', restRequest()],
    ['TOKEN', restToken()],
  ])('is allowed on the whole stage of a REST API (%s)', async (_, event) => {
    const answer = await createWorld().authorize(event);
    expect(answer).toMatchObject({ principalId: opaqueUserId(user), context: { bootstrap: 'false' } });
    expect(statement(answer)).toEqual({ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: `${STAGE}/*/*` });
  });

  it('is given as strings, numbers and booleans, also without an acr', async () => {
    const { acr, ...plain } = login;
    const answer = (await createWorld({ verified: plain }).authorize(httpApi())) as SimpleAnswer;
    expect(answer.context).not.toHaveProperty('acr');
    for (const value of Object.values(answer.context ?? {})) expect(typeof value).toMatch(/string|number|boolean/);
  });

  it('is in the log without a name, and counted by its route', async () => {
    const { authorize, telemetry } = createWorld();
    await authorize(httpApi());
    expect(telemetry.lines).toEqual([
      {
        level: 'info',
        code: 'authorizer.allowed',
        message: expect.any(String),
        fields: {
          route: 'GET /users/{userId}/events',
          issuer: 'main',
          user: opaqueUserId(user).slice(0, 8),
          login: 'AAAAAAAA',
          reason: 'active',
        },
      },
    ]);
    expect(telemetry.counts).toEqual([allowedOn('GET /users/{userId}/events')]);
  });
});

describe('the sampling of lines', () => {
  const sampled = (random: number, options: WorldOptions = {}) =>
    createWorld({ logSampling: 0.25, random: () => random, ...options });
  const bootstrap = httpApi({ routeKey: 'POST /users/{userId}/sessions' });

  it('writes as many lines about what was allowed as it is told', async () => {
    const written = await Promise.all(
      [0, 0.1, 0.2499, 0.25, 0.9, 0.999].map(async (random) => {
        const { authorize, telemetry } = sampled(random);
        await authorize(httpApi());
        return telemetry.lines.length;
      }),
    );
    expect(written).toEqual([1, 1, 1, 0, 0, 0]);
  });

  it('counts every request that was allowed, by its route, whether its line is written or not', async () => {
    for (const random of [0, 0.999]) {
      const { authorize, telemetry } = sampled(random);
      await authorize(httpApi());
      expect(telemetry.counts).toEqual([allowedOn('GET /users/{userId}/events')]);
    }
    const { authorize, telemetry } = sampled(0.999);
    await authorize(bootstrap);
    const counted = [allowedOn('POST /users/{userId}/sessions'), { metric: 'BootstrapAllowed', dimensions: {} }];
    expect([telemetry.lines, telemetry.counts]).toEqual([[], counted]);
  });

  it('writes none at 0, whatever chance says, and all at 1', async () => {
    for (const [logSampling, random, lines] of [
      [0, 0, 0],
      [1, 0.999_999_999, 1],
    ] as const) {
      const { authorize, telemetry } = createWorld({ logSampling, random: () => random });
      await authorize(httpApi());
      expect(telemetry.lines).toHaveLength(lines);
    }
  });

  it.each<[string, WorldOptions]>([
    ['authorizer.denied', { stored: [undefined] }],
    ['authorizer.unauthorized', { verified: new TokenInvalidError('expired') }],
    ['authorizer.failed', { stored: [new Error('down')] }],
  ])('leaves no line %s out', async (code, options) => {
    const { authorize, telemetry } = sampled(0.999, { logSampling: 0, ...options });
    await authorize(httpApi()).catch(() => undefined);
    expect(telemetry.lines.map((line) => line.code)).toEqual([code]);
  });
});

const allowedOn = (route: string) => ({ metric: 'AuthorizerAllowed', dimensions: { route } });

describe('a login without an active session', () => {
  it.each<[string, Session | undefined]>([
    ['session_required', undefined],
    ['session_required', { ...session, kind: 'record' }],
    ['session_required', { ...session, kind: 'web' }],
    ['session_expired', { ...session, idleExpiresAt: NOW }],
    ['session_expired', { ...session, absoluteExpiresAt: NOW }],
  ])('is denied: %s', async (reason, found) => {
    const { authorize, telemetry, touched } = createWorld({ stored: [found] });
    await expect(authorize(httpApi())).resolves.toEqual({ isAuthorized: false });
    expect(codes(telemetry)).toEqual([['authorizer.denied', reason]]);
    expect(telemetry.counts).toEqual([
      { metric: 'AuthorizerDenied', dimensions: { route: 'GET /users/{userId}/events', reason } },
    ]);
    expect(touched).toEqual([]);
  });

  it.each([
    ['REQUEST', restRequest()],
    ['TOKEN', restToken()],
  ])('is denied by a policy on the method of a REST API (%s)', async (_, event) => {
    const answer = await createWorld({ stored: [undefined] }).authorize(event);
    expect(statement(answer)).toEqual({ Action: 'execute-api:Invoke', Effect: 'Deny', Resource: event.methodArn });
    expect(answer).not.toHaveProperty('context');
  });

  it('has until the last second', async () => {
    const { authorize } = createWorld({ stored: [{ ...session, idleExpiresAt: NOW + 1 }] });
    await expect(authorize(httpApi())).resolves.toMatchObject({ isAuthorized: true });
  });
});

describe('a touch', () => {
  it('is made when it is due, and only then', async () => {
    const due = createWorld({ stored: [untouched] });
    const fresh = createWorld();
    await due.authorize(httpApi());
    await fresh.authorize(httpApi());
    expect([due.touched, fresh.touched]).toEqual([[LOGIN_ID], []]);
  });

  it.each(['ProvisionedThroughputExceededException', 'AccessDeniedException', 'TimeoutError'])(
    'that fails with %s changes no decision, and is told',
    async (name) => {
      const { authorize, telemetry } = createWorld({
        stored: [untouched],
        touch: Object.assign(new Error('no'), { name }),
      });
      await expect(authorize(httpApi())).resolves.toMatchObject({ isAuthorized: true });
      expect(telemetry.lines.map(({ code }) => code)).toEqual(['authorizer.touch_failed', 'authorizer.allowed']);
      expect(telemetry.lines[0]?.fields).toMatchObject({ error: { name, message: 'no' } });
      expect(telemetry.counts[0]).toEqual({ metric: 'TouchFailed', dimensions: {} });
    },
  );

  it.each<[string, Session | undefined, string, boolean]>([
    ['nothing', undefined, 'session_ended', false],
    ['an expired session', { ...untouched, idleExpiresAt: NOW }, 'session_expired', false],
    ['an active session', session, 'active', true],
  ])('that finds the session gone reads again: %s decides', async (_, again, reason, isAuthorized) => {
    const { authorize, telemetry, reads } = createWorld({ stored: [untouched, again], touch: 'gone' });
    await expect(authorize(httpApi())).resolves.toMatchObject({ isAuthorized });
    expect(reads).toHaveLength(2);
    expect(telemetry.lines.at(-1)?.fields.reason).toBe(reason);
  });

  it('that finds the session gone never allows when reading again fails', async () => {
    const { authorize } = createWorld({ stored: [untouched, new Error('throttled')], touch: 'gone' });
    await expect(authorize(httpApi())).rejects.toMatchObject({ code: 'AUTHORIZER_FAILED' });
  });
});

describe('a bootstrap', () => {
  const keyOf = (sub: string) => publicUserKey({ issuer: 'main', sub });
  const route = { routeKey: 'POST /users/{userId}/sessions' };
  const restRoute = {
    httpMethod: 'POST',
    resource: '/users/{userId}/sessions',
    methodArn: `${STAGE}/POST/users/ada/sessions`,
  };

  it('lets a login through to make its session, and reads none', async () => {
    const { authorize, reads, telemetry } = createWorld({ stored: [new Error('not to be read')] });
    const answer = (await authorize(httpApi(route))) as SimpleAnswer;
    expect(answer).toMatchObject({ isAuthorized: true, context: { bootstrap: 'true', reason: 'bootstrap' } });
    expect(answer.context).not.toHaveProperty('sessionId');
    expect(reads).toEqual([]);
    expect(telemetry.counts).toEqual([
      allowedOn('POST /users/{userId}/sessions'),
      { metric: 'BootstrapAllowed', dimensions: {} },
    ]);
  });

  it.each([
    ['REQUEST', restRequest(restRoute)],
    ['TOKEN', restToken({ methodArn: restRoute.methodArn })],
  ])('is allowed on exactly the one method of a REST API (%s)', async (_, event) => {
    const answer = await createWorld().authorize(event);
    expect(answer).toMatchObject({ context: { bootstrap: 'true' } });
    expect(statement(answer)).toEqual({ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: restRoute.methodArn });
  });

  it('is found by a user whom a REST API names as it was sent, percent-encoded', async () => {
    const methodArn = `${STAGE}/POST/users/auth0%7Cada/sessions`;
    const request = restRequest({ ...restRoute, methodArn, pathParameters: { userId: 'auth0%7Cada' } });
    for (const event of [request, restToken({ methodArn })]) {
      const { authorize } = createWorld({ stored: [], verified: { ...login, user: { ...user, sub: 'auth0|ada' } } });
      expect(await authorize(event)).toMatchObject({ context: { bootstrap: 'true' } });
    }
  });

  it('is had by everybody, by me and by key', async () => {
    await fc.assert(
      fc.asyncProperty(anySub, async (sub) => {
        const verified = { ...login, user: { ...user, sub } };
        for (const userId of ['me', keyOf(sub)]) {
          const methodArn = `${STAGE}/POST/users/${encodeURIComponent(userId)}/sessions`;
          const pathParameters = { userId: encodeURIComponent(userId) };
          for (const event of [
            httpApi({ ...route, pathParameters: { userId } }),
            restRequest({ ...restRoute, methodArn, pathParameters }),
            restToken({ methodArn }),
          ]) {
            const answer = await createWorld({ stored: [], verified }).authorize(event);
            expect(answer).toMatchObject({ context: { bootstrap: 'true', userId: sub } });
          }
        }
      }),
      { examples: ['ada', 'al%69ce', 'a/b?c#d', '*', 'me', '~ada', ' ', 'wXHHqYbG/zM16+k='].map((sub) => [sub]) },
    );
  });

  it.each(['al%69ce', 'a/b', 'a?b'])('is not had by a name that another gateway reads as another: %j', async (sub) => {
    const verified = { ...login, user: { ...user, sub } };
    const { authorize } = createWorld({ stored: [undefined], verified });
    await expect(authorize(httpApi({ ...route, pathParameters: { userId: sub } }))).resolves.toEqual({
      isAuthorized: false,
    });
  });

  it.each([
    ['another user', { ...route, pathParameters: { userId: 'eve' } }],
    ['a user in other letters', { ...route, pathParameters: { userId: 'Ada' } }],
    ['a user still encoded', { ...route, pathParameters: { userId: '%61da' } }],
    ['another user by key', { ...route, pathParameters: { userId: keyOf('eve') } }],
    ['another spelling of the key', { ...route, pathParameters: { userId: `${keyOf('ada')}=` } }],
    [
      'one’s name at another issuer',
      { ...route, pathParameters: { userId: publicUserKey({ issuer: 'guests', sub: 'ada' }) } },
    ],
    ['no user', { ...route, pathParameters: {} }],
    ['no parameters', { ...route, pathParameters: null }],
    ['another method', { routeKey: 'GET /users/{userId}/sessions' }],
    ['any method', { routeKey: 'ANY /users/{userId}/sessions' }],
    ['the catch-all', { routeKey: '$default', rawPath: '/users/ada/sessions' }],
    ['a longer route', { routeKey: 'POST /users/{userId}/sessions/{id}' }],
    [
      'another name for the user',
      { routeKey: 'POST /users/{id}/sessions', pathParameters: { id: 'ada', userId: 'ada' } },
    ],
    ['a path that looks like it', { routeKey: 'POST /users/{userId}/events', rawPath: '/users/ada/sessions' }],
  ])('is not %s', async (_, changes) => {
    const { authorize, reads } = createWorld({ stored: [undefined] });
    await expect(authorize(httpApi(changes))).resolves.toEqual({ isAuthorized: false });
    expect(reads).toHaveLength(1);
  });

  it('is decided by the user in the ARN, which alone is allowed, though the parameter comes decoded', async () => {
    const methodArn = `${STAGE}/POST/users/auth0%7Cada/sessions`;
    const request = restRequest({ ...restRoute, methodArn, pathParameters: { userId: 'auth0|ada' } });
    for (const [sub, outcome] of [
      ['auth0|ada', 'Allow'],
      ['auth0%7Cada', 'Deny'],
    ] as const) {
      const { authorize } = createWorld({ stored: [undefined], verified: { ...login, user: { ...user, sub } } });
      expect(statement(await authorize(request))).toMatchObject({ Effect: outcome, Resource: methodArn });
    }
  });

  it.each([
    ['another user', { methodArn: `${STAGE}/POST/users/eve/sessions` }],
    ['another parameter', { pathParameters: { userId: 'eve' } }],
  ])('is not allowed where the ARN and the parameters say different things: %s', async (_, changes) => {
    for (const sub of ['ada', 'eve']) {
      const { authorize } = createWorld({ verified: { ...login, user: { ...user, sub } } });
      await expect(authorize(restRequest({ ...restRoute, ...changes }))).rejects.toMatchObject({
        code: 'AUTHORIZER_FAILED',
      });
    }
  });

  it('is not allowed where there is no parameter', async () => {
    const { authorize } = createWorld({ stored: [undefined] });
    const answer = await authorize(restRequest({ ...restRoute, pathParameters: null }));
    expect(statement(answer).Effect).toBe('Deny');
  });

  it('is not a policy with a wildcard in it, for a user who is called like one', async () => {
    for (const sub of ['*', '?', 'a*', '\u0024{aws:username}']) {
      const { authorize } = createWorld({ stored: [undefined], verified: { ...login, user: { ...user, sub } } });
      const methodArn = `${STAGE}/POST/users/${sub}/sessions`;
      const request = restRequest({ ...restRoute, methodArn, pathParameters: { userId: sub } });
      expect(statement(await authorize(request)).Effect).toBe('Deny');
      expect(statement(await authorize(restToken({ methodArn }))).Effect).toBe('Deny');
    }
  });
});

describe('the credential', () => {
  const ticket = '__Host-cloakroom=canaryticket';

  it.each<[string, object, string]>([
    ['none', httpApi({ headers: {} }), 'credential_missing'],
    ['no headers at all', httpApi({ headers: null }), 'credential_missing'],
    ['none in REST', restRequest({ headers: null, multiValueHeaders: null }), 'credential_missing'],
    ['none in TOKEN', restToken({ authorizationToken: undefined }), 'credential_missing'],
    ['another scheme', httpApi({ headers: { authorization: 'Basic Y2FuYXJ5' } }), 'credential_malformed'],
    ['two, joined', httpApi({ headers: { authorization: `Bearer ${TOKEN},Bearer ${TOKEN}` } }), 'credential_malformed'],
    [
      'two headers in REST',
      restRequest({ multiValueHeaders: { authorization: [`Bearer ${TOKEN}`, 'Bearer x'] } }),
      'credential_malformed',
    ],
    [
      'two spellings in REST',
      restRequest({
        multiValueHeaders: null,
        headers: { Authorization: `Bearer ${TOKEN}`, authorization: 'Bearer x' },
      }),
      'credential_malformed',
    ],
    ['a ticket alone', httpApi({ headers: {}, cookies: [ticket] }), 'ticket_not_accepted'],
    ['a ticket and a token', httpApi({ cookies: ['a=b', ticket] }), 'credential_twice'],
    ['a ticket behind another cookie', httpApi({ cookies: [`a=b; ${ticket}`] }), 'credential_twice'],
    [
      'a ticket in a header',
      httpApi({ headers: { authorization: `Bearer ${TOKEN}`, cookie: `a=b; ${ticket}` } }),
      'credential_twice',
    ],
    ['an empty ticket', httpApi({ cookies: ['__Host-cloakroom'] }), 'credential_twice'],
    [
      'a ticket and a token in REST',
      restRequest({ multiValueHeaders: { cookie: ['a=b', ticket], AUTHORIZATION: [`Bearer ${TOKEN}`] } }),
      'credential_twice',
    ],
    [
      'a ticket alone in REST',
      restRequest({ multiValueHeaders: null, headers: { Cookie: ticket } }),
      'ticket_not_accepted',
    ],
  ])('is refused: %s', async (_, event, reason) => {
    const { authorize, reads, telemetry } = createWorld();
    await expect(authorize(event)).rejects.toMatchObject({ name: 'Error', message: 'Unauthorized' });
    expect(codes(telemetry)).toEqual([['authorizer.unauthorized', reason]]);
    const route = String(telemetry.lines[0]?.fields.route ?? 'other');
    expect(telemetry.counts).toEqual([{ metric: 'AuthorizerUnauthorized', dimensions: { route, reason } }]);
    expect(route).toMatch(/^[A-Z]+ \/|^other$/);
    expect(reads).toEqual([]);
  });

  it('may come with other cookies, also some with a similar name', async () => {
    const cookies = [
      'a=__Host-cloakroom',
      'x__Host-cloakroom=1',
      '__Host-cloakroom-flow=1',
      '=__Host-cloakroom',
      'b=c,__Host-cloakroom=1',
    ];
    await expect(createWorld().authorize(httpApi({ cookies }))).resolves.toMatchObject({ isAuthorized: true });
  });

  it('may be in headers of any case', async () => {
    const answer = await createWorld().authorize(
      restRequest({ multiValueHeaders: null, headers: { AUTHORIZATION: `bearer ${TOKEN}` } }),
    );
    expect(statement(answer).Effect).toBe('Allow');
  });

  it('is refused by the verifier with the same words', async () => {
    const { authorize, telemetry } = createWorld({ verified: new TokenInvalidError('expired') });
    const error = await authorize(httpApi()).catch((thrown: unknown) => thrown);
    expect(error).toEqual(new Error('Unauthorized'));
    expect((error as Error).cause).toBeUndefined();
    expect(codes(telemetry)).toEqual([['authorizer.unauthorized', 'expired']]);
  });

  it('is logged with the claim that decided, and the issuer', async () => {
    const { authorize, telemetry } = createWorld({
      verified: new TokenInvalidError('auth_time_missing', { claim: 'auth_time', issuer: 'main' }),
    });
    await expect(authorize(httpApi())).rejects.toThrow('Unauthorized');
    expect(telemetry.lines.at(-1)?.fields).toEqual({
      route: 'GET /users/{userId}/events',
      reason: 'auth_time_missing',
      claim: 'auth_time',
      issuer: 'main',
    });
  });
});

describe('a failure of ours', () => {
  const named = (name: string) => Object.assign(new Error('Unauthorized'), { name });
  const failures: [string, WorldOptions][] = [
    ['a throttled read', { stored: [named('ProvisionedThroughputExceededException')] }],
    ['a read that takes too long', { stored: [named('TimeoutError')] }],
    ['a connection that breaks', { stored: [Object.assign(named('Error'), { code: 'ECONNRESET' })] }],
    ['a read that AWS does not permit', { stored: [named('AccessDeniedException')] }],
    ['a missing table', { stored: [named('ResourceNotFoundException')] }],
    ['no key set', { verified: new KeysUnavailableError('none_usable', 'main', 30) }],
    ['a fault in the verifier', { verified: new TypeError('Unauthorized') }],
  ];

  it.each(failures)('is an error, never an allow, a denial or a 401: %s', async (_, options) => {
    for (const event of [httpApi(), restRequest(), restToken()]) {
      const { authorize, telemetry } = createWorld(options);
      const error = await authorize(event).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'AUTHORIZER_FAILED' });
      expect((error as Error).message).not.toContain('Unauthorized');
      expect(telemetry.lines.map(({ level, code }) => [level, code])).toEqual([['error', 'authorizer.failed']]);
      expect(telemetry.counts).toEqual([{ metric: 'AuthorizerErrors', dimensions: {} }]);
    }
  });

  it('keeps its cause, and the log names it', async () => {
    const cause = new KeysUnavailableError('none_usable', 'main', 30);
    const { authorize, telemetry } = createWorld({ verified: cause });
    await expect(authorize(httpApi())).rejects.toMatchObject({ cause });
    expect(telemetry.lines[0]?.fields).toMatchObject({
      error: { name: 'KeysUnavailableError', code: 'KEYS_UNAVAILABLE' },
    });
  });

  it('is counted for itself where a new key is not in the table yet: whoever sends junk must not ring the alarm', async () => {
    const { authorize, telemetry } = createWorld({
      verified: new KeysUnavailableError('older_than_token', 'main', 30),
    });
    await expect(authorize(httpApi())).rejects.toMatchObject({ code: 'AUTHORIZER_FAILED' });
    expect(telemetry.lines.map(({ level, code }) => [level, code])).toEqual([['warn', 'authorizer.key_not_yet_known']]);
    expect(telemetry.counts).toEqual([{ metric: 'KeyNotYetKnown', dimensions: {} }]);
  });

  it('is one even when what was thrown is no error', async () => {
    const telemetry = recordTelemetry();
    const authorize = createAuthorizer({
      logSampling: 1,
      random: Math.random,
      verifier: { verify: () => Promise.reject('Unauthorized') },
      sessions: {
        get: async () => session,
        getEnded: async () => undefined,
        isBurnt: async () => false,
        getUser: () => Promise.reject(new Error('not to be read')),
        touch: async () => 'touched',
      },
      binding: 'strict',
      tickets: NO_TICKETS,
      isIssuer: () => true,
      loginMaxLifetimeSeconds: HOUR,
      idle: { bearerIdleSeconds: HOUR, ticketIdleSeconds: 1800, touchIntervalSeconds: 300 },
      nowMs: () => NOW * 1000,
      telemetry,
    });
    await expect(authorize(httpApi())).rejects.toMatchObject({ code: 'AUTHORIZER_FAILED' });
    expect(telemetry.lines[0]?.fields).toMatchObject({ error: { name: 'string' } });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no object', 'event'],
    ['an empty event', {}],
    ['payload 1.0 of an HTTP API without its ARN', httpApi({ version: '1.0' })],
    ['a method that is no ARN', restToken({ methodArn: '*' })],
    ['a method of another service', restToken({ methodArn: 'arn:aws:lambda:eu-central-1:123456789012:abc/prod/GET/' })],
    ['a REST method of another path', restRequest({ methodArn: `${STAGE}/GET/users/ada/sessions` })],
    ['a REST method of another verb', restRequest({ methodArn: `${STAGE}/DELETE/users/ada/events` })],
    ['a REST resource of another ARN', restRequest({ resource: '/users/{userId}/sessions', httpMethod: 'POST' })],
    ['headers that are no strings', httpApi({ headers: { authorization: [TOKEN] } })],
  ])('is an event that is not of API Gateway: %s', async (_, event) => {
    const { authorize, telemetry } = createWorld();
    await expect(authorize(event)).rejects.toMatchObject({ code: 'AUTHORIZER_FAILED' });
    expect(telemetry.lines[0]?.fields).toMatchObject({ error: { code: 'MALFORMED' } });
  });
});

describe('a secret', () => {
  it('is in no log line, answer or error, whatever happens', async () => {
    const worlds: WorldOptions[] = [
      {},
      { stored: [undefined] },
      { stored: [untouched], touch: new Error('no') },
      { stored: [new Error('throttled')] },
      { verified: new TokenInvalidError('signature_wrong') },
      { verified: new KeysUnavailableError('none_usable', 'main', 1) },
    ];
    const cookies = ['__Host-cloakroom=canaryticket'];
    const events = [
      httpApi(),
      httpApi({ cookies }),
      httpApi({ headers: {}, cookies }),
      restRequest(),
      restToken(),
      { canary: TOKEN },
    ];
    for (const options of worlds) {
      for (const event of events) {
        const { authorize, telemetry } = createWorld(options);
        const outcome = await authorize(event).catch((thrown: unknown) => thrown);
        expect(inspect([telemetry, outcome], { depth: 20, showHidden: true })).not.toContain('canary');
      }
    }
  });
});
