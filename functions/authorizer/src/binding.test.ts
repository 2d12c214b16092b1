import type { Login } from '@cloakroom/core';
import { publicSessionId, type Session } from '@cloakroom/sessions';
import { describe, expect, it } from '@jest/globals';
import {
  createWorld,
  HOUR,
  httpApi,
  LOGIN_ID,
  login,
  NOW,
  session,
  user,
  type WorldOptions,
} from './authorizer-fixture.ts';

const DAY = 24 * HOUR;
const OTHER_ID = 'BBBBBBBBBBBBBBBBBBBBBB';
const other: Session = { ...session, id: OTHER_ID, loginId: OTHER_ID, authTime: NOW - 2 * HOUR };
const ended = { user, id: LOGIN_ID, reason: 'revoked', endedAt: NOW - 30, kind: 'bearer', authTime: NOW - 60 } as const;

const SID_HASH = 'BBBBBBBBBBBBBBBBBBBBBB';
const bySid: Login = { ...login, claim: 'sid', sidHash: SID_HASH };
const bound = (options: WorldOptions) => createWorld({ binding: 'user', ...options });
const names = (reads: readonly unknown[][]) => reads.map(([name]) => name);

/** What a denial was for, or undefined when there was none. */
async function denialOf(options: WorldOptions): Promise<unknown> {
  const { authorize, telemetry, touched } = bound(options);
  const answer = await authorize(httpApi());
  const [line] = telemetry.lines;
  if (line?.code === 'authorizer.allowed') return undefined;
  const { route, reason } = line?.fields ?? {};
  expect(answer).toEqual({ isAuthorized: false });
  expect(telemetry.counts).toEqual([{ metric: 'AuthorizerDenied', dimensions: { route, reason } }]);
  expect(touched).toEqual([]);
  return reason;
}

describe('a login bound to its user', () => {
  it('is let in by its own session, by one Query', async () => {
    const { authorize, reads } = bound({ sessions: [[other, session]] });
    await expect(authorize(httpApi())).resolves.toMatchObject({
      context: { sessionId: publicSessionId(user, LOGIN_ID), reason: 'active' },
    });
    expect(reads).toEqual([['getUser', user]]);
  });

  it('is let in by another active session of the user, and the functions are told which', async () => {
    const { authorize, reads } = bound({ sessions: [[other]] });
    await expect(authorize(httpApi())).resolves.toMatchObject({
      context: {
        sessionId: publicSessionId(user, OTHER_ID),
        reason: 'active_session_of_user',
        authTime: login.authTime,
        clientId: 'web',
      },
    });
    expect(reads).toEqual([
      ['getUser', user],
      ['getEnded', user, LOGIN_ID],
    ]);
  });

  it('that is known by its sid is looked up by its provider session too', async () => {
    const { authorize, reads } = bound({ sessions: [[other]], verified: bySid });
    await expect(authorize(httpApi())).resolves.toMatchObject({ isAuthorized: true });
    expect(reads).toEqual([
      ['getUser', user],
      ['getEnded', user, LOGIN_ID],
      ['isBurnt', user, SID_HASH],
    ]);
  });

  it('is let in by its own session also where its provider session is burnt', async () => {
    await expect(denialOf({ sessions: [[session]], verified: bySid, burnt: true })).resolves.toBeUndefined();
  });

  it('is let in by nothing that is not understood, in the place of another session or of its own', async () => {
    const unknown = { user, id: OTHER_ID, kind: 'unknown', authTime: NOW, malformedField: 'kind' } as const;
    expect(await denialOf({ sessions: [[]], unknown: [unknown] })).toBe('session_required');
    expect(await denialOf({ sessions: [[session]], unknown: [unknown] })).toBeUndefined();
    const { authorize, telemetry } = bound({ sessions: [[other]], unknown: [{ ...unknown, id: LOGIN_ID }] });
    await expect(authorize(httpApi())).rejects.toMatchObject({ code: 'AUTHORIZER_FAILED' });
    expect(telemetry.lines).toMatchObject([{ fields: { error: { code: 'STORED_ITEM_MALFORMED' } } }]);
  });

  it('is let in by the session of the latest sign-in, by the same one each time', async () => {
    const later = { ...other, id: 'CCCCCCCCCCCCCCCCCCCCCC', authTime: NOW - HOUR };
    const twin = { ...later, id: 'DDDDDDDDDDDDDDDDDDDDDD' };
    const answers = [
      [other, later, twin],
      [twin, other, later],
      [later, twin, other],
    ].map((sessions) => bound({ sessions: [sessions] }).authorize(httpApi()));
    for (const answer of await Promise.all(answers)) {
      expect(answer).toMatchObject({ context: { sessionId: publicSessionId(user, twin.id) } });
    }
  });

  it('is let in by its own session after all others were ended, whatever the watermark says', async () => {
    await expect(denialOf({ sessions: [[session]], notBefore: NOW + 5 })).resolves.toBeUndefined();
  });

  it.each<[string, string, WorldOptions]>([
    ['has no session at all', 'session_required', { sessions: [[]] }],
    ['has records alone', 'session_required', { sessions: [[{ ...other, kind: 'record' }]] }],
    ['has a record under the id of its login', 'session_required', { sessions: [[{ ...session, kind: 'record' }]] }],
    ['has sessions of web apps alone', 'session_required', { sessions: [[{ ...other, kind: 'web' }]] }],
    ['has one of those under the id of its login', 'session_required', { sessions: [[{ ...session, kind: 'web' }]] }],
    ['has expired sessions alone', 'session_expired', { sessions: [[{ ...other, idleExpiresAt: NOW }]] }],
    ['expired itself', 'session_expired', { sessions: [[other, { ...session, absoluteExpiresAt: NOW }]] }],
    ['ended', 'login_ended', { sessions: [[other]], ended }],
    ['is of a burnt provider session', 'login_ended', { sessions: [[other]], verified: bySid, burnt: true }],
    ['signed in before all were ended', 'login_ended', { sessions: [[other]], notBefore: login.authTime + 5 }],
    ['signed in within the margin', 'too_early', { sessions: [[other]], notBefore: login.authTime + 4 }],
    ['signed in at the watermark', 'too_early', { sessions: [[other]], notBefore: login.authTime }],
    [
      'is older than its marker would be',
      'login_ended',
      { sessions: [[other]], verified: { ...login, authTime: NOW - 30 * DAY } },
    ],
  ])('is refused, though another session may be active, when the login %s', async (_, reason, options) => {
    await expect(denialOf(options)).resolves.toBe(reason);
  });

  it('is let in up to the last second, and past the watermark', async () => {
    const verified = { ...login, authTime: NOW - 30 * DAY + 1 };
    await expect(denialOf({ sessions: [[other]], verified })).resolves.toBeUndefined();
    await expect(denialOf({ sessions: [[other]], notBefore: login.authTime - 1 })).resolves.toBeUndefined();
  });

  it('is not looked up further than it takes to refuse it', async () => {
    const { authorize, reads } = bound({ sessions: [[other]], notBefore: NOW });
    await authorize(httpApi());
    expect(names(reads)).toEqual(['getUser']);
  });
});

describe('a failure of ours, with logins bound to users', () => {
  const failure = (name: string) => Object.assign(new Error('Unauthorized'), { name });

  it.each(['ProvisionedThroughputExceededException', 'TimeoutError', 'AccessDeniedException', 'ECONNRESET'])(
    'is an error, never an allow: %s',
    async (name) => {
      for (const options of [
        { sessions: [failure(name)] },
        { sessions: [[other]], ended: failure(name) },
        { sessions: [[other]], verified: bySid, burnt: failure(name) },
      ]) {
        const { authorize, telemetry } = bound(options);
        await expect(authorize(httpApi())).rejects.toMatchObject({ code: 'AUTHORIZER_FAILED' });
        expect(telemetry.counts).toEqual([{ metric: 'AuthorizerErrors', dimensions: {} }]);
      }
    },
  );
});

describe('a touch of another session of the user', () => {
  const untouchedOther = { ...other, lastSeenAt: NOW - HOUR };

  it('is made when it is due', async () => {
    const { authorize, touched } = bound({ sessions: [[untouchedOther]] });
    await expect(authorize(httpApi())).resolves.toMatchObject({ isAuthorized: true });
    expect(touched).toEqual([OTHER_ID]);
  });

  it.each<[string, readonly Session[], string]>([
    ['denies when none is left', [], 'session_ended'],
    ['goes by the one that is left', [{ ...other, id: 'EEEEEEEEEEEEEEEEEEEEEE' }], 'active_session_of_user'],
    ['sees one that expired', [{ ...untouchedOther, idleExpiresAt: NOW }], 'session_expired'],
  ])('that finds it gone decides again: %s', async (_, left, reason) => {
    const { authorize, telemetry, reads } = bound({ sessions: [[untouchedOther], left], touch: 'gone' });
    await authorize(httpApi());
    expect(names(reads).filter((name) => name === 'getUser')).toHaveLength(2);
    expect(telemetry.lines.at(-1)?.fields.reason).toBe(reason);
  });
});
