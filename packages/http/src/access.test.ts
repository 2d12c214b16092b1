import { type Caller, publicUserKey } from '@cloakroom/core';
import { aCaller, httpApiEvent, lambdaContext, recordTelemetry } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { HttpError } from './http-error.ts';
import { requireUser, requireUserByKey } from './people.ts';
import type { HttpRequest, Route, Who } from './route.ts';
import { httpStack } from './stack.ts';

const ann = aCaller();
const admin: Caller = { ...ann, userId: 'root', groups: ['pool', 'guests'] };
const service: Caller = { ...ann, userId: 'robot', kind: 'service', groups: ['pool'] };

interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly field?: string;
  readonly user?: unknown;
  readonly administers?: unknown;
}

const rightsOfService = ({ kind }: Caller) => (kind === 'service' ? (['records'] as const) : []);

/** What becomes of a request by `caller` on a route open to `access`. */
async function ask(access: readonly Who[], caller: Caller, userId?: string): Promise<Answer> {
  const routeKey = userId === undefined ? 'GET /things' : 'GET /users/{userId}';
  const route: Route = {
    access,
    handle: async ({ user, administers, rights }: HttpRequest) => ({
      status: 200,
      data: { user, administers, ...(rights.length === 0 ? {} : { rights }) },
    }),
  };
  // In these tests, a group is the alias of an issuer that it administers.
  const options = {
    allowedOrigins: [],
    telemetry: recordTelemetry(),
    administers: ({ groups }: Caller) => groups,
    rightsOfService,
  };
  const pathParameters = userId === undefined ? {} : { userId };
  const event = httpApiEvent({ routeKey, pathParameters, caller });
  const { statusCode, body } = await httpStack({ [routeKey]: route }, options)(event, lambdaContext());
  const { data, error } = JSON.parse(body);
  return { status: statusCode, ...data, ...(error === undefined ? {} : { code: error.code, field: error.field }) };
}

const FORBIDDEN = { status: 403, code: 'FORBIDDEN' };
const INVALID = { status: 400, code: 'INVALID_USER_ID', field: 'userId' };
const keyOf = (sub: string, issuer = 'pool') => publicUserKey({ issuer, sub });

describe('a route for oneself and for administrators', () => {
  const SELF_OR_ADMIN = ['self', 'admin'] as const;

  it('is about the caller on the caller’s own path', async () => {
    const user = { issuer: 'pool', sub: 'ann' };
    for (const userId of ['ann', 'me', keyOf('ann')]) {
      expect(await ask(SELF_OR_ADMIN, ann, userId)).toEqual({ status: 200, user, administers: [] });
    }
  });

  it('is about the caller by me and by key, whatever the caller is called', async () => {
    for (const sub of ['al%69ce', 'a/b?c#d', 'me', keyOf('bob'), '..']) {
      for (const userId of ['me', keyOf(sub)]) {
        const answer = await ask(SELF_OR_ADMIN, { ...ann, userId: sub }, userId);
        expect(answer).toMatchObject({ status: 200, user: { issuer: 'pool', sub } });
      }
    }
  });

  it.each([
    ['bob', { issuer: 'pool', sub: 'bob' }],
    ['pool:bob', { issuer: 'pool', sub: 'bob' }],
    ['guests:bob', { issuer: 'guests', sub: 'bob' }],
    ['guests:f:1:bob', { issuer: 'guests', sub: 'f:1:bob' }],
    ['Auth:bob', { issuer: 'pool', sub: 'Auth:bob' }],
    ['root', { issuer: 'pool', sub: 'root' }],
    ['me', { issuer: 'pool', sub: 'root' }],
    [keyOf('bob'), { issuer: 'pool', sub: 'bob' }],
    [keyOf('al%69ce', 'guests'), { issuer: 'guests', sub: 'al%69ce' }],
    [keyOf('me'), { issuer: 'pool', sub: 'me' }],
  ])('is about %s to an administrator', async (userId, user) => {
    expect(await ask(SELF_OR_ADMIN, admin, userId)).toEqual({
      status: 200,
      user,
      administers: ['pool', 'guests'],
    });
  });

  it.each([
    ['another issuer', 'staff:bob'],
    ['another issuer by key', keyOf('bob', 'staff')],
    ['what reads as another issuer', 'f:1:bob'],
  ])('is closed to administrators for %s', async (_, userId) => {
    expect(await ask(SELF_OR_ADMIN, admin, userId)).toEqual(FORBIDDEN);
  });

  it.each([
    ['an alias alone', 'guests:'],
    ['no name', ''],
    ['a name with a control character', 'guests:bo\u0000b'],
    ['a name that one more decoding changes', 'al%69ce'],
    ['a name with a slash', 'a/b'],
    ['a name with a question mark', 'a?b'],
    ['a name with a hash', 'a#b'],
    ['a name with a backslash', 'guests:a\\b'],
    ['a key that is none', '~bob'],
    ['another spelling of a key', `${keyOf('bob')}=`],
  ])('refuses %s, to everybody', async (_, userId) => {
    for (const caller of [ann, admin]) expect(await ask(SELF_OR_ADMIN, caller, userId)).toEqual(INVALID);
    expect(await ask(SELF_OR_ADMIN, service, userId)).toEqual(FORBIDDEN);
  });

  it('is closed to an administrator of others for a user of their own issuer', async () => {
    expect(await ask(SELF_OR_ADMIN, { ...admin, groups: ['guests'] }, 'bob')).toEqual(FORBIDDEN);
    expect(await ask(SELF_OR_ADMIN, { ...admin, groups: ['guests'] }, 'guests:bob')).toMatchObject({ status: 200 });
  });

  it.each(['bob', 'pool:bob', 'guests:ann', ':ann', keyOf('bob'), keyOf('ann', 'guests')])(
    'is closed to everybody else for %s',
    async (userId) => {
      expect(await ask(SELF_OR_ADMIN, ann, userId)).toEqual(FORBIDDEN);
    },
  );

  it('keeps a name with a colon for its own user, unless that is the name of one whom they administer', async () => {
    const user = { issuer: 'pool', sub: 'guests:bob' };
    expect(await ask(SELF_OR_ADMIN, { ...ann, userId: 'guests:bob' }, 'guests:bob')).toMatchObject({ user });
    const administrator = { ...admin, userId: 'guests:bob' };
    for (const access of [SELF_OR_ADMIN, ['admin'] as const]) {
      expect(await ask(access, administrator, 'guests:bob')).toMatchObject({ user: { issuer: 'guests', sub: 'bob' } });
      expect(await ask(access, administrator, 'pool:guests:bob')).toMatchObject({ user });
    }
    expect(await ask(['self'], administrator, 'guests:bob')).toEqual(FORBIDDEN);
    expect(await ask(['self'], administrator, 'pool:guests:bob')).toMatchObject({ user });
  });

  it('does not count a role on a route without a place for administrators', async () => {
    expect(await ask(['self'], admin, 'bob')).toEqual(FORBIDDEN);
    expect(await ask(['self'], admin, 'root')).toMatchObject({ administers: [] });
  });

  it('does not open to oneself where it is for administrators', async () => {
    expect(await ask(['admin'], ann, 'ann')).toEqual(FORBIDDEN);
    expect(await ask(['admin'], admin, 'root')).toMatchObject({ status: 200 });
  });
});

describe('a route whose path names no user', () => {
  it('opens to any caller with a session where it is for owners', async () => {
    expect(await ask(['owner'], ann)).toEqual({ status: 200, administers: [] });
    expect(await ask(['owner', 'admin'], admin)).toEqual({ status: 200, administers: ['pool', 'guests'] });
  });

  it('opens to administrators alone where it is for them', async () => {
    expect(await ask(['admin'], admin)).toMatchObject({ status: 200 });
    expect(await ask(['admin'], ann)).toEqual(FORBIDDEN);
    expect(await ask(['self'], ann)).toEqual(FORBIDDEN);
  });
});

describe('a service', () => {
  it('gets to routes for its rights, for the users of its issuer', async () => {
    const own = { status: 200, administers: ['pool'], rights: ['records'] };
    expect(await ask(['admin', 'service:records'], service)).toEqual(own);
    const user = { issuer: 'pool', sub: 'ann' };
    expect(await ask(['service:sessions', 'service:records'], service, 'ann')).toEqual({ ...own, user });
    expect(await ask(['service:records'], service, keyOf('ann', 'guests'))).toEqual(FORBIDDEN);
    expect(await ask(['service:sessions'], service)).toEqual(FORBIDDEN);
  });

  it.each([[['self', 'owner', 'admin']], [['admin']], [['owner']]] as const)(
    'gets to no other, whatever its token says: %s',
    async (access) => {
      expect(await ask(access, service)).toEqual(FORBIDDEN);
      expect(await ask(access, service, 'robot')).toEqual(FORBIDDEN);
    },
  );

  it('is who gets to them: not a person, and not an administrator', async () => {
    expect(await ask(['service:records'], ann)).toEqual(FORBIDDEN);
    expect(await ask(['service:records'], admin)).toEqual(FORBIDDEN);
  });
});

it('is closed to a token without a session, on whatever route', async () => {
  for (const access of ['self', 'owner', 'admin', 'service:records'] as const) {
    expect(await ask([access], { ...admin, bootstrap: true }, 'root')).toEqual(FORBIDDEN);
    expect(await ask([access], { ...admin, bootstrap: true })).toEqual(FORBIDDEN);
  }
});

it('knows no administrator where nobody says who is one', async () => {
  const route: Route = { access: ['admin'], handle: async () => ({ status: 200, data: {} }) };
  const handler = httpStack({ 'GET /things': route }, { allowedOrigins: [], telemetry: recordTelemetry() });
  const event = httpApiEvent({ routeKey: 'GET /things', caller: admin });
  expect(await handler(event, lambdaContext())).toMatchObject({ statusCode: 403 });
});

it('has no user to ask for on a route that is open to all', () => {
  expect(() => requireUser({ user: undefined })).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
});

describe('a user who must be named by the key', () => {
  const user = { issuer: 'pool', sub: 'bob' };
  const named = (userId?: string) => requireUserByKey({ user, pathParameters: userId === undefined ? {} : { userId } });

  it('is the one of the key', () => {
    expect(named(keyOf('bob'))).toEqual(user);
  });

  it.each(['bob', 'pool:bob', 'me', `${keyOf('bob')}=`, undefined])('is none by %s', (userId) => {
    expect(() => named(userId)).toThrow(expect.objectContaining({ code: 'INVALID_USER_ID', field: 'userId' }));
  });

  it('is nobody where the route has let nobody through', () => {
    const nobody = { user: undefined, pathParameters: { userId: keyOf('bob') } };
    expect(() => requireUserByKey(nobody)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  });
});

describe('a route that sees to the credential itself', () => {
  const door: Route<{ word: string }, string> = {
    access: 'public',
    async authenticate({ headers, body }) {
      if (headers.authorization === undefined) throw new HttpError('UNAUTHORIZED', 'a valid credential is required');
      return `${headers.authorization}, ${body}`;
    },
    body: v.strictObject({ word: v.string() }),
    handle: async ({ body }, who) => ({ status: 200, data: { who, word: body.word } }),
  };
  const handler = httpStack({ 'POST /door': door }, { allowedOrigins: [], telemetry: recordTelemetry() });
  const knock = async (body: string, headers: Record<string, string> = {}) => {
    const event = httpApiEvent({
      routeKey: 'POST /door',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    const answer = await handler(event, lambdaContext());
    return { status: answer.statusCode, ...JSON.parse(answer.body) };
  };

  it('answers with what it found out', async () => {
    expect(await knock('{"word":"open"}', { authorization: 'me' })).toMatchObject({
      status: 200,
      data: { who: 'me, undefined', word: 'open' },
    });
  });

  it('refuses a stranger before it looks at what they brought', async () => {
    expect(await knock('{')).toMatchObject({ status: 401, error: { code: 'UNAUTHORIZED' } });
    expect(await knock('{', { authorization: 'me' })).toMatchObject({ status: 400 });
  });
});
