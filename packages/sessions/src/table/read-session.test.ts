import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StoredItemError } from '../model/errors.ts';
import { isActive } from '../model/lifetime.ts';
import { APP_END_REASONS, SESSION_KINDS, type Session } from '../model/session.ts';
import { readListed } from './read-listed.ts';
import { readSession } from './read-session.ts';
import { parseSession, SESSION_ATTRIBUTES } from './session-item.ts';
import { type Item, toPlain } from './table.ts';
import { WEB_ENTRY } from './web-entry.ts';

const seconds = fc.nat({ max: 4_000_000_000 }).map((at) => ({ N: String(at) }));
const text = fc.string({ maxLength: 40 }).map((S) => ({ S }));
const texts = fc.array(text, { maxLength: 3 }).map((L) => ({ L }));
const roles = fc.array(
  fc.record({ M: fc.record({ claim: text, value: text, more: text }, { requiredKeys: ['claim', 'value'] }) }),
);

/** See `webItems`. No item says so. */
const OTHER_KINDS = SESSION_KINDS.filter((kind) => kind !== 'web');

/** An attribute as `formatSession` writes it, and others for one that it never writes. */
const WRITTEN: Readonly<Record<string, fc.Arbitrary<object>>> = {
  user_key: fc.constantFrom('U#main#ada', 'U#main#a#b').map((S) => ({ S })),
  item: fc.constantFrom('SESSION#AAAAAAAAAAAAAAAAAAAAAA', 'SESSION#x').map((S) => ({ S })),
  // A ticket needs two attributes that most items have not.
  kind: fc.constantFrom(...OTHER_KINDS, 'ticket').map((S) => ({ S })),
  groups: texts,
  amr: texts,
  roles: roles.map((L) => ({ L })),
  web_hash: fc.constantFrom('A'.repeat(43), '_-'.repeat(21).padEnd(43, '9')).map((S) => ({ S })),
  web_ended_as: fc.constantFrom(...APP_END_REASONS).map((S) => ({ S })),
  version: fc.integer({ min: 1, max: 1000 }).map((version) => ({ N: String(version) })),
  confirmed_at: fc.integer({ min: -4_000_000_000, max: 4_000_000_000 }).map((at) => ({ N: String(at) })),
};
const written = (name: string) => WRITTEN[name] ?? (/_(?:at|seconds|time)$|^ttl$/.test(name) ? seconds : text);
const OPTIONAL = new Set([
  'acr',
  'amr',
  'device',
  'sid_hash',
  ...WEB_ENTRY,
  'roles',
  'idle_seconds',
  'idle_set_at',
  'family_hash',
  'secret_hash',
  'recheck_at',
  'recheck_due_at',
  'renewed_at',
  'previous_secret_hash',
  'rotation_nonce',
  'confirmed_at',
  'web_ended_as',
  'web_ended_at',
]);
/** What is not read of a web session, so that no fault in it counts. */
const NOT_OF_WEB = [
  ...['auth_time', 'login_id', 'client_id', 'scope', 'groups', 'ttl', 'version', 'sid_hash', 'ip', 'user_agent'],
  ...['created_at', 'last_seen_at', 'idle_expires_at', 'absolute_expires_at'],
];
const items = fc.record(Object.fromEntries(SESSION_ATTRIBUTES.map((name) => [name, written(name)])), {
  requiredKeys: SESSION_ATTRIBUTES.filter((name) => !OPTIONAL.has(name)),
  noNullPrototype: true,
}) as fc.Arbitrary<Item>;
const entries = fc.record(Object.fromEntries(WEB_ENTRY.map((name) => [name, written(name)])), {
  requiredKeys: WEB_ENTRY.filter((name) => name !== 'web_sid_hash'),
  noNullPrototype: true,
}) as fc.Arbitrary<Item>;
/** As a web app writes them, with what means nothing there. */
const webItems = fc.tuple(items, fc.subarray(NOT_OF_WEB), entries).map(([item, absent, entry]) => {
  const ofWeb = (name: string) => name !== 'kind' && !WEB_ENTRY.includes(name) && !absent.includes(name);
  const kept = Object.entries(item).filter(([name]) => ofWeb(name));
  return { ...Object.fromEntries(kept), ...entry } as Item;
});
const anyItems = fc.oneof({ weight: 3, arbitrary: items }, { weight: 1, arbitrary: webItems });

const other = fc.oneof(
  fc.constantFrom(
    { NULL: true },
    { BOOL: false },
    { S: '' },
    { S: 'U#Main#ada' },
    { S: 'KEYS#main' },
    { S: 'SESSION#' },
    { S: 'USER' },
    { S: 'master' },
    { S: 'web' },
    { N: '0' },
    { N: '-1' },
    { N: '-0' },
    { N: '1.5' },
    { N: '1e3' },
    { N: '253402300799' },
    { N: '253402300800' },
    { N: '9007199254740993' },
    { N: '90071992547409930' },
    { L: [] },
    { L: [{ S: 'a' }, { N: '1' }] },
    { L: [{ M: { claim: { S: 'a' } } }] },
    { L: [{ M: { claim: { S: 'a' }, value: { N: '1' } } }] },
    { SS: ['a'] },
    { NS: ['1'] },
    { M: {} },
  ),
  text,
  seconds,
  texts,
);
const spoilt = fc
  .tuple(anyItems, fc.constantFrom(...SESSION_ATTRIBUTES), fc.option(other))
  .map(([item, name, value]) => {
    const { [name]: _, ...rest } = item;
    return (value === null ? rest : { ...rest, [name]: value }) as Item;
  });

/** The session, or the attribute that is malformed. */
function outcomeOf(read: (item: Item) => Session, item: Item): Session | string {
  try {
    return read(item);
  } catch (error) {
    if (!(error instanceof StoredItemError)) throw error;
    return error.message.replace(/\..*$/, ''); // the attribute, wherever in it the fault is
  }
}

const bySchema = (item: Item) => parseSession(toPlain(item));

describe('readSession', () => {
  it('makes of an item what the schema makes of its plain values, and names the same attribute of one that is malformed', () => {
    const seen = { bearer: 0, ticket: 0, record: 0, web: 0, ended: 0, refused: 0 };
    fc.assert(
      fc.property(fc.oneof(anyItems, spoilt), (item) => {
        const outcome = outcomeOf(readSession, item);
        expect(outcome).toStrictEqual(outcomeOf(bySchema, item));
        seen[typeof outcome === 'string' ? 'refused' : outcome.kind] += 1;
        if (typeof outcome !== 'string' && outcome.endedByApp !== undefined) seen.ended += 1;
      }),
      { numRuns: 4000 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(100);
  });

  it('reads no more of what an app has added to what has a kind than that it is over', () => {
    const [item, entry] = [...fc.sample(items, 1), ...fc.sample(entries, 1)] as [Item, Item];
    const own = { kind: { S: 'bearer' }, sid_hash: { S: 'own' } };
    const plain = Object.fromEntries(Object.entries({ ...item, ...own }).filter(([name]) => !name.startsWith('web_')));
    for (const more of [entry, Object.fromEntries(WEB_ENTRY.map((name) => [name, { L: [] }]))]) {
      expect(readSession({ ...plain, ...more })).toStrictEqual(readSession(plain));
      const later = readListed({ ...plain, ...more, kind: { S: 'later' } });
      expect(later).toMatchObject({ kind: 'unknown', sidHash: 'own' });
      expect(later).not.toHaveProperty('webHash');
    }
    const ended = readSession({ ...plain, ...entry, web_ended_as: { S: 'evicted' } });
    expect(isActive({ ...ended, idleExpiresAt: 2, absoluteExpiresAt: 2 }, 1)).toBe(false);
    const { kind: _, ...web } = { ...plain, ...entry, web_sid_hash: { S: 'other' } } as Record<string, Item[string]>;
    expect(readSession(web)).toMatchObject({ kind: 'web', sidHash: 'other', webHash: web.web_hash?.S });
    expect(() => readSession({ ...web, kind: { S: 'web' } })).toThrow('kind');
  });

  it('is an error of the item for whatever else DynamoDB may have there', () => {
    fc.assert(
      fc.property(fc.array(spoilt, { minLength: 1, maxLength: 3 }), (parts) => {
        const item: Item = Object.assign({}, ...parts);
        expect(typeof outcomeOf(readSession, item)).toBe(typeof outcomeOf(bySchema, item));
      }),
    );
    expect(() => readSession({})).toThrow('a stored SESSION item is malformed: user_key');
  });
});
