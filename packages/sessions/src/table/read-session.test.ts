import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StoredItemError } from '../model/errors.ts';
import { SESSION_KINDS, type Session } from '../model/session.ts';
import { readSession } from './read-session.ts';
import { parseSession, SESSION_ATTRIBUTES } from './session-item.ts';
import { type Item, toPlain } from './table.ts';

const seconds = fc.nat({ max: 4_000_000_000 }).map((at) => ({ N: String(at) }));
const text = fc.string({ maxLength: 40 }).map((S) => ({ S }));
const texts = fc.array(text, { maxLength: 3 }).map((L) => ({ L }));
const roles = fc.array(
  fc.record({ M: fc.record({ claim: text, value: text, more: text }, { requiredKeys: ['claim', 'value'] }) }),
);

/** An attribute as `formatSession` writes it, and others for one that it never writes. */
const WRITTEN: Readonly<Record<string, fc.Arbitrary<object>>> = {
  user_key: fc.constantFrom('U#main#ada', 'U#main#a#b').map((S) => ({ S })),
  item: fc.constantFrom('SESSION#AAAAAAAAAAAAAAAAAAAAAA', 'SESSION#x').map((S) => ({ S })),
  kind: fc.constantFrom(...SESSION_KINDS).map((S) => ({ S })),
  groups: texts,
  amr: texts,
  roles: roles.map((L) => ({ L })),
  version: fc.integer({ min: 1, max: 1000 }).map((version) => ({ N: String(version) })),
  confirmed_at: fc.integer({ min: -4_000_000_000, max: 4_000_000_000 }).map((at) => ({ N: String(at) })),
};
const written = (name: string) => WRITTEN[name] ?? (/_(?:at|seconds|time)$|^ttl$/.test(name) ? seconds : text);
const OPTIONAL = new Set([
  'acr',
  'amr',
  'device',
  'sid_hash',
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
]);
const items = fc.record(Object.fromEntries(SESSION_ATTRIBUTES.map((name) => [name, written(name)])), {
  requiredKeys: SESSION_ATTRIBUTES.filter((name) => !OPTIONAL.has(name)),
  noNullPrototype: true,
}) as fc.Arbitrary<Item>;

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
    { N: '0' },
    { N: '-1' },
    { N: '-0' },
    { N: '1.5' },
    { N: '1e3' },
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
const spoilt = fc.tuple(items, fc.constantFrom(...SESSION_ATTRIBUTES), fc.option(other)).map(([item, name, value]) => {
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
    const seen = { sessions: 0, tickets: 0, refused: 0 };
    fc.assert(
      fc.property(fc.oneof(items, spoilt), (item) => {
        const outcome = outcomeOf(readSession, item);
        expect(outcome).toStrictEqual(outcomeOf(bySchema, item));
        if (typeof outcome === 'string') seen.refused += 1;
        else seen[outcome.kind === 'ticket' ? 'tickets' : 'sessions'] += 1;
      }),
      { numRuns: 4000 },
    );
    expect(Math.min(seen.sessions, seen.tickets, seen.refused)).toBeGreaterThan(100);
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
