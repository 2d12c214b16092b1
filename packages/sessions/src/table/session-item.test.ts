import { jsonText } from '@cloakroom/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StoredItemError } from '../model/errors.ts';
import { NO_DATA, type Session } from '../model/session.ts';
import {
  formatData,
  formatEnded,
  formatSession,
  parseData,
  parseEnded,
  parseSession,
  parseUserRecord,
} from './session-item.ts';
import { toItem, toPlain } from './table.ts';

const seconds = fc.nat({ max: 4_000_000_000 });
const text = fc.string({ maxLength: 40 });
const sessions: fc.Arbitrary<Session> = fc.record(
  {
    user: fc.record({ issuer: fc.constantFrom('a', 'local'), sub: fc.stringMatching(/^[\x20-\x7e]{1,40}$/) }),
    id: fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
    kind: fc.constantFrom('bearer', 'record'),
    createdAt: seconds,
    lastSeenAt: seconds,
    idleExpiresAt: seconds,
    absoluteExpiresAt: seconds,
    idle: fc.record({ seconds, setAt: seconds }, { noNullPrototype: true }),
    authTime: seconds,
    loginId: text,
    clientId: text,
    scope: text,
    groups: fc.array(text),
    acr: text,
    amr: fc.array(text),
    ip: text,
    userAgent: text,
    device: text,
    sidHash: text,
    roles: fc.array(fc.record({ claim: text, value: text }, { noNullPrototype: true })),
    version: fc.integer({ min: 1, max: 1000 }),
    ttl: seconds,
  } as const,
  {
    requiredKeys: [
      'user',
      'id',
      'kind',
      'createdAt',
      'lastSeenAt',
      'idleExpiresAt',
      'absoluteExpiresAt',
      'authTime',
      'loginId',
      'clientId',
      'scope',
      'groups',
      'ip',
      'userAgent',
      'version',
      'ttl',
    ],
    noNullPrototype: true,
  },
);
const [A_SESSION] = fc.sample(sessions, 1) as [Session];

/** What comes back from DynamoDB's form of the item. */
const stored = (item: object) => toPlain(toItem(item));

/**
 * How DynamoDB measures an item: names and texts by their bytes, numbers by half their digits and one more.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
function sizeOf(item: object): number {
  const sizes = Object.entries(toItem(item)).map(
    ([name, { S = '', N }]) => Buffer.byteLength(name + S) + (N === undefined ? 0 : Math.ceil(N.length / 2) + 1),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe('a session in the table', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        expect(parseSession(stored(formatSession(session)))).toEqual(session);
      }),
    );
  });

  it('is read as it was written when it is a web session, or an app has ended it', () => {
    const [{ user, id, createdAt }, claims] = [
      A_SESSION,
      { loginId: A_SESSION.id, clientId: '', scope: '', groups: [] },
    ];
    const web = { user, id, ...claims, createdAt, authTime: createdAt, lastSeenAt: createdAt, ip: '', userAgent: '' };
    const times = { idleExpiresAt: createdAt, absoluteExpiresAt: createdAt, ttl: createdAt, version: 1 };
    const session = { ...web, ...times, kind: 'web', webHash: 'A'.repeat(43) } as const;
    const { web_hash, ...item } = formatSession(session);
    const own = Object.entries(item).map(([name, value]) => [
      ['user_key', 'item'].includes(name) ? name : `web_${name}`,
      value,
    ]);
    expect(parseSession(stored({ ...Object.fromEntries(own), web_hash }))).toEqual(session);
    const ended = { ...A_SESSION, endedByApp: { reason: 'evicted', at: 1_780_000_000 } } as const;
    expect(parseSession(stored(formatSession(ended)))).toEqual(ended);
  });

  it.each(['family_hash', 'secret_hash'])('is an error when it is a ticket without its %s', (field) => {
    const ticket = { familyHash: 'f', secretHash: 's', recheckAt: 1_780_000_000 };
    const { [field]: _, ...item } = formatSession({ ...A_SESSION, kind: 'ticket', ticket });
    expect(() => parseSession(stored(item))).toThrow(`a stored SESSION item is malformed: ${field}`);
  });

  it('is read as it was written when it is a ticket', () => {
    const ticket = {
      ...A_SESSION,
      kind: 'ticket',
      ticket: { familyHash: 'f', secretHash: 's', recheckAt: 1_780_000_000 },
    } as const;
    expect(parseSession(stored(formatSession(ticket)))).toEqual(ticket);
  });

  it('has a marker of at most 200 bytes after its end, and 250 when it was a ticket', () => {
    const user = { issuer: 'local', sub: '0f8fad5b-d9cb-469f-a165-70867728950e' };
    const id = 'AAAAAAAAAAAAAAAAAAAAAA';
    const times = { endedAt: 1_780_000_000, authTime: 1_779_000_000 };
    const ended = { user, id, reason: 'revoked', kind: 'bearer', ...times } as const;
    const burnt = { ...ended, sidHash: 'BBBBBBBBBBBBBBBBBBBBBB', burntAt: 1_780_000_000 };
    const ticket = { ...burnt, kind: 'ticket', familyHash: 'C'.repeat(43) } as const;
    for (const [each, size] of [
      [ended, 200],
      [burnt, 200],
      [ticket, 250],
    ] as const) {
      const item = formatEnded(each, 1_790_000_000);
      expect(parseEnded(stored(item))).toEqual(each);
      expect(sizeOf(item)).toBeLessThanOrEqual(size);
    }
  });

  it.each([
    ['user_key', 'KEYS#local'],
    ['user_key', 7],
    ['item', 'ENDED#x'],
    ['kind', 'master'],
    ['idle_expires_at', '1780000000'],
    ['absolute_expires_at', 1.5],
    ['auth_time', -1],
    ['groups', 'admins'],
    ['version', 0],
  ])('is an error, not a missing session, when its %s is %j', (field, value) => {
    const item = { ...formatSession(A_SESSION), [field]: value };
    expect(() => parseSession(item)).toThrow(StoredItemError);
    expect(() => parseSession(item)).toThrow(`a stored SESSION item is malformed: ${field}`);
  });

  it.each([undefined, null, 'SESSION', []])('is an error when it is %j', (item) => {
    expect(() => parseSession(item)).toThrow(StoredItemError);
  });

  it('is an error when it holds a number that is none of ours', () => {
    const item = { ...toItem(formatSession(A_SESSION)), ttl: { N: '90071992547409930' } };
    expect(() => parseSession(toPlain(item))).toThrow('ttl');
  });
});

describe('the data of a session in the table', () => {
  it('is any JSON object, however deep and with whatever numbers', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const value = jsonText(object);
        const item = stored(formatData(A_SESSION, { version: 3, value }));
        expect(parseData(item)).toEqual({ version: 3, value });
        expect(item.ttl).toBe(A_SESSION.ttl);
      }),
    );
  });

  it('is nothing at version 0 when there is none', () => {
    expect(NO_DATA).toEqual({ version: 0, value: jsonText({}) });
  });

  it.each(['[]', 'null', '"x"', '{', ''])('is an error when it is %j', (data) => {
    expect(() => parseData({ version: 1, data })).toThrow('a stored DATA item is malformed: data');
  });
});

describe('what else is in the table', () => {
  it('is a marker with a reason of ours, or an error', () => {
    expect(() => parseEnded({ user_key: 'U#a#b', item: 'ENDED#x', reason: 'bored', ended_at: 1 })).toThrow('reason');
    expect(() => parseEnded({ user_key: 'U#a#b', item: 'ENDED#', reason: 'revoked', ended_at: 1 })).toThrow('item');
  });

  it('is a user who has signed in never, or whose sessions were never all ended', () => {
    expect(parseUserRecord({ version: 2 })).toEqual({
      version: 2,
      notBefore: 0,
      reauthAfter: 0,
      recentCreations: [],
      recentSilent: [],
    });
    const stored = { version: 2, not_before: 5, reauth_after: 4, recent_creations: [1, 2], recent_silent: [3] };
    expect(parseUserRecord(stored)).toEqual({
      version: 2,
      notBefore: 5,
      reauthAfter: 4,
      recentCreations: [1, 2],
      recentSilent: [3],
    });
    expect(() => parseUserRecord({ version: 2, recent_creations: ['1'] })).toThrow('recent_creations');
  });
});
