import { JsonText, jsonText, uuidv7 } from '@cloakroom/core';
import { CODE_POINT } from '@cloakroom/testing/code-points';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatMessage, parseMessage } from './queue-message.ts';
import type { UserEvent } from './user-event.ts';

const at = '2026-11-20T10:00:00.000Z';
const event: UserEvent = {
  user: { issuer: 'pool', sub: 'ann' },
  id: uuidv7(Date.parse(at)),
  type: 'cart.paid',
  data: jsonText({ price: 12 }),
  occurredAt: at,
  receivedAt: at,
};
const message = (change: object) => JSON.stringify({ version: 2, ...event, data: '{"price":12}', ...change });

describe('queue messages', () => {
  it('carry any data there and back in characters that SQS takes', () => {
    const data = fc.dictionary(fc.string({ unit: CODE_POINT }), fc.jsonValue({ stringUnit: CODE_POINT }));
    fc.assert(
      fc.property(data, (value) => {
        const sent = { ...event, data: jsonText(value) };
        const text = formatMessage(sent);
        expect(text).toMatch(/^[\t\n\r\x20-\uD7FF\uE000-\uFFFD]*$/);
        expect(parseMessage(text)).toEqual(sent);
      }),
    );
  });

  it('carry data to the letter', () => {
    const sent = { ...event, data: new JsonText('{"b":1.0,"1":12345678901234567890,"b":"\\u0041é💚\uFFFF"}') };
    expect(parseMessage(formatMessage(sent))).toEqual(sent);
  });

  it('are understood as an earlier release has queued them', () => {
    expect(parseMessage(message({ version: 1, data: { price: 12 } }))).toEqual(event);
  });

  it.each([
    ['message', 'not json', 'secret not json'],
    ['message', 'no object', '7'],
    ['version', 'of another version', message({ version: 3 })],
    ['surprise', 'with an unknown field', message({ surprise: 1 })],
    ['user.issuer', 'of no issuer', message({ user: { issuer: 'U#', sub: 'ann' } })],
    ['user.sub', 'of no user', message({ user: { issuer: 'pool', sub: '' } })],
    ['id', 'without a UUIDv7', message({ id: '1' })],
    ['type', 'of a type of the system', message({ type: 'session.revoked' })],
    ['data', 'with data that is a list', message({ data: '[]' })],
    ['receivedAt', 'without a time', message({ receivedAt: 'now' })],
  ])('name %s when they are %s, and do not repeat it', (field, _, body) => {
    expect(() => parseMessage(body)).toThrow(expect.objectContaining({ code: 'MALFORMED', field }));
    expect(() => parseMessage(body)).not.toThrow(/secret/);
  });

  it('never fail in another way, whatever is in the queue', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(() => parseMessage(body)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
      }),
    );
  });
});
