import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePublicSessionId, publicSessionId } from './session-id.ts';

const users = fc.record({
  issuer: fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
  sub: fc.stringMatching(/^[\x20-\x7e]{1,255}$/),
});
const ids = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('base64url'));

describe('a public session id', () => {
  it('locates the session, whatever the user is called', () => {
    fc.assert(
      fc.property(users, ids, (user, id) => {
        expect(parsePublicSessionId(publicSessionId(user, id))).toEqual({ user, id });
      }),
    );
  });

  it('has one spelling: what can be read is written the same', () => {
    const nearly = fc
      .tuple(users, ids, fc.nat(), fc.constantFrom('', '=', '.', ' ', '\n', 'A', 'B', '-', '+'))
      .map(([user, id, at, insertion]) => {
        const text = publicSessionId(user, id);
        const position = at % (text.length + 1);
        return text.slice(0, position) + insertion + text.slice(position + (at % 2));
      });
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), (text) => {
        const address = parsePublicSessionId(text);
        if (address !== undefined) expect(publicSessionId(address.user, address.id)).toBe(text);
      }),
    );
  });

  it.each([
    ['', 'nothing'],
    ['VSNsb2NhbCNh', 'no id'],
    ['VSNsb2NhbCNh.', 'an empty id'],
    ['VSNsb2NhbCNh.AAAAAAAAAAAAAAAAAAAAAA.x', 'a third part'],
    ['VSNsb2NhbCNh.AAAAAAAAAAAAAAAAAAAAAA==', 'padding'],
    ['VSNsb2NhbCNh.AAAAAAAAAAAAAAAAAAAAAB', 'stray bits'],
    ['VSNsb2NhbCNh.AAAAAAAAAAAAAAAAAAAA', 'an id of 120 bits'],
    ['VSNsb2NhbCNh.AAAAAAAAAAAAAAAAAAAAAAAA', 'an id of 144 bits'],
    ['VXNlcg.AAAAAAAAAAAAAAAAAAAAAA', 'another partition'],
    ['S0VZUyNsb2NhbA.AAAAAAAAAAAAAAAAAAAAAA', 'the partition of a key set'],
  ])('is not %j: %s', (text) => {
    expect(parsePublicSessionId(text)).toBeUndefined();
  });

  it('would be one with these parts', () => {
    expect(parsePublicSessionId('VSNsb2NhbCNh.AAAAAAAAAAAAAAAAAAAAAA')).toEqual({
      user: { issuer: 'local', sub: 'a' },
      id: 'AAAAAAAAAAAAAAAAAAAAAA',
    });
  });
});
