import { jsonText, uuidv7, uuidv7Ms } from '@cloakroom/core';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { clientEventsSchema, receiveEvents } from './client-events.ts';

const NOW = Date.parse('2026-11-20T10:00:00.123Z');
const DAY_MS = 86_400_000;
const schema = clientEventsSchema(() => NOW);
const user = { issuer: 'pool', sub: 'ann' };
const receive = (value: unknown) => receiveEvents(v.parse(schema, value), { user, nowMs: () => NOW });

/** Field and problem of what the schema refuses first. */
function refusal(value: unknown): string {
  const result = v.safeParse(schema, value, { abortEarly: true });
  return result.success ? 'accepted' : `${v.getDotPath(result.issues[0])}: ${result.issues[0].message}`;
}

describe('events that clients post', () => {
  it('gets an id, the user and the time of arrival', () => {
    const [event] = receive({ type: 'cart.paid', data: { price: 12 } });
    const at = '2026-11-20T10:00:00.123Z';
    expect(event).toEqual({
      user,
      id: expect.any(String),
      type: 'cart.paid',
      data: jsonText({ price: 12 }),
      occurredAt: at,
      receivedAt: at,
    });
    expect(uuidv7Ms(event?.id ?? '')).toBe(NOW);
  });

  it('keeps the id and the time a client gives', () => {
    const id = uuidv7(NOW - DAY_MS);
    expect(receive([{ type: 'a', data: {}, id, occurredAt: '2026-11-19T09:00:00Z' }])).toMatchObject([
      { id, occurredAt: '2026-11-19T09:00:00.000Z' },
    ]);
  });

  it('keeps the order of a list', () => {
    expect(receive(['a', 'b', 'c'].map((type) => ({ type, data: {} }))).map(({ type }) => type)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it.each([
    ['cart', 'cart'],
    ['words with dots, digits, - and _', 'cart.item-added_2.3'],
    ['64 characters', 'a'.repeat(64)],
    ['a word that only begins like a reserved one', 'sessions.made'],
  ])('accepts the type %s', (_, type) => {
    expect(refusal({ type, data: {} })).toBe('accepted');
  });

  it.each([
    ['', 'type: must be lower-case words'],
    ['Cart', 'type: must be lower-case words'],
    ['cart..paid', 'type: must be lower-case words'],
    ['cart.', 'type: must be lower-case words'],
    ['1cart', 'type: must be lower-case words'],
    ['cart\n', 'type: must be lower-case words'],
    ['a'.repeat(65), 'type: may have 64 characters'],
    ['session.created', 'type: must not start with'],
    ['user.erased', 'type: must not start with'],
    ['cloakroom.started', 'type: must not start with'],
  ])('refuses the type %j', (type, problem) => {
    expect(refusal({ type, data: {} })).toContain(problem);
  });

  it.each([
    ['at the oldest', NOW - 30 * DAY_MS],
    ['at the newest', NOW + 300_000],
  ])('accepts an id dated %s that is allowed', (_, ms) => {
    expect(refusal({ type: 'a', data: {}, id: uuidv7(ms) })).toBe('accepted');
  });

  it.each([
    ['too old', uuidv7(NOW - 30 * DAY_MS - 1), 'id: must be dated'],
    ['too far ahead', uuidv7(NOW + 300_001), 'id: must be dated'],
    ['in upper case', uuidv7(NOW).toUpperCase(), 'id: must be a lower-case UUIDv7'],
    ['a UUIDv4', '3d8f9c1e-8a53-4f7e-9d25-0a9d1c1b2a3f', 'id: must be a lower-case UUIDv7'],
  ])('refuses an id that is %s', (_, id, problem) => {
    expect(refusal({ type: 'a', data: {}, id })).toContain(problem);
  });

  it.each([
    'yesterday',
    '2026-11-20',
    '2026-11-20T10:00:00',
    '2026-11-20T10:00:00+01:00',
    '2026-02-30T10:00:00Z',
    '2026-13-01T00:00:00Z',
  ])('refuses the time %s', (occurredAt) => {
    expect(refusal({ type: 'a', data: {}, occurredAt })).toContain('occurredAt: must be a time');
  });

  it.each([null, [], 'text', 3])('refuses %j as data', (data) => {
    expect(refusal({ type: 'a', data })).toBe('data: must be an object');
  });

  it('refuses unknown fields, a userId among them', () => {
    expect(refusal({ type: 'a', data: {}, userId: 'bob' })).toMatch(/^userId: /);
  });

  it('refuses an empty list, and one of eleven', () => {
    expect(refusal([])).toContain('must hold at least one event');
    expect(refusal(Array.from({ length: 11 }, () => ({ type: 'a', data: {} })))).toContain('may hold 10 events');
  });

  it('names the event of a list that is wrong', () => {
    expect(
      refusal([
        { type: 'a', data: {} },
        { type: 'A', data: {} },
      ]),
    ).toMatch(/^1\.type: /);
    expect(refusal([{ type: 'a', data: {} }, 7])).toMatch(/^1: /);
  });

  it('refuses an id that comes twice, at its second place', () => {
    const id = uuidv7(NOW);
    const events = [
      { type: 'a', data: {}, id },
      { type: 'a', data: {} },
      { type: 'b', data: {}, id },
    ];
    expect(refusal(events)).toBe('2.id: comes twice in this list');
  });

  it('measures data in bytes of JSON', () => {
    const largest = { text: 'é'.repeat(4090) }; // {"text":"…"} is 11 bytes more: 8191
    expect(receive({ type: 'a', data: largest })).toHaveLength(1);
    const larger = { text: `${largest.text}éé` };
    const tooLarge = (field: string) => expect.objectContaining({ code: 'DATA_TOO_LARGE', field });
    expect(() => receive({ type: 'a', data: larger })).toThrow(tooLarge('data'));
    expect(() =>
      receive([
        { type: 'a', data: largest },
        { type: 'a', data: larger },
      ]),
    ).toThrow(tooLarge('1.data'));
  });
});
