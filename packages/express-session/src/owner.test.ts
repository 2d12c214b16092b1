import { describe, expect, it } from '@jest/globals';
import { ownerOf } from './owner.ts';

const of = (session: object, options: object = {}) =>
  ownerOf(session as never, { issuer: 'app-shop', ...options } as never);
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'OWNER_INVALID', message: expect.stringMatching(message) });

describe('whose a session is', () => {
  it.each([
    ['userId', { userId: 'ada' }, 'ada'],
    ['a numeric userId', { userId: 42 }, '42'],
    ['what Passport keeps', { passport: { user: 'bob' } }, 'bob'],
    ['userId before Passport’s', { userId: 'ada', passport: { user: 'bob' } }, 'ada'],
    ['the number 0', { userId: 0 }, '0'],
  ])('is told by %s', (_, session, sub) => {
    expect(of(session)).toEqual({ user: { issuer: 'app-shop', sub }, providerSession: undefined });
  });

  it.each([{}, { userId: null }, { passport: null }, { passport: {} }])('is nobody in %j', (session) => {
    expect(of(session)).toBeUndefined();
  });

  it.each([
    ['an object', { userId: { id: 1 } }, /it gave a value of type object$/],
    ['a list', { userId: ['ada'] }, /it gave a list$/],
    ['an empty text', { userId: '' }, /it gave an empty text$/],
    ['a long text', { userId: 'x'.repeat(256) }, /it gave a text of 256 characters$/],
    ['other than ASCII', { userId: 'zoë' }, /it gave a text of 3 characters$/],
    ['NaN', { userId: Number.NaN }, /it gave a value of type number$/],
    ['true', { userId: true }, /it gave a value of type boolean$/],
  ])('cannot be %s, which the error says without its value', (_, session, message) => {
    expect(() => of(session)).toThrow(refused(message));
  });

  it('is refused where userOf throws, with the reason as the cause', () => {
    const cause = new Error('of the app');
    const userOf = () => {
      throw cause;
    };
    expect(() => of({}, { userOf })).toThrow(expect.objectContaining({ code: 'OWNER_INVALID', cause }));
  });

  it('is of the provider’s session that sidOf names', () => {
    const owner = of({ userId: 'ada' }, { sidOf: () => ({ iss: 'https://id.example', sid: 's1', more: 1 }) });
    expect(owner?.providerSession).toEqual({ sidHash: expect.any(String), sidKey: expect.any(String) });
  });

  it.each([null, undefined, {}, { iss: 'https://id.example' }, { iss: 'https://id.example', sid: null }])(
    'is of none where sidOf gives %j',
    (claims) => {
      expect(of({ userId: 'ada' }, { sidOf: () => claims })?.providerSession).toBeUndefined();
    },
  );

  it.each([{ sid: 's1' }, { iss: '', sid: 's1' }, { iss: 'i', sid: 7 }, { iss: 'i', sid: 'x'.repeat(2049) }])(
    'is refused where sidOf gives %j',
    (claims) => {
      expect(() => of({ userId: 'ada' }, { sidOf: () => claims })).toThrow(refused(/^sidOf must give the claims/));
    },
  );

  it('is not asked for a provider’s session while it is nobody’s', () => {
    expect(
      of(
        {},
        {
          sidOf: () => {
            throw new Error('asked');
          },
        },
      ),
    ).toBeUndefined();
  });
});
