import { describe, expect, it } from '@jest/globals';
import { bearerToken } from './bearer.ts';

describe('bearerToken', () => {
  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('reads the token after the scheme %s', (scheme) => {
    expect(bearerToken(`${scheme} a-_.b.C9`)).toBe('a-_.b.C9');
  });

  it('says when there is none', () => {
    expect(() => bearerToken(undefined)).toThrow('credential_missing');
  });

  it.each([
    ['nothing', ''],
    ['the scheme alone', 'Bearer'],
    ['no token', 'Bearer '],
    ['no scheme', 'a.b.c'],
    ['another scheme', 'Basic a.b.c'],
    ['a scheme that only begins so', 'BearerX a.b.c'],
    ['two spaces', 'Bearer  a.b.c'],
    ['a tab', 'Bearer\ta.b.c'],
    ['a space before', ' Bearer a.b.c'],
    ['a space after', 'Bearer a.b.c '],
    ['a line break after', 'Bearer a.b.c\n'],
    ['two credentials', 'Bearer a.b.c, Bearer d.e.f'],
    ['the same credential twice', 'Bearer a.b.c,Bearer a.b.c'],
    ['two tokens', 'Bearer a.b.c d.e.f'],
    ['the scheme twice', 'Bearer Bearer a.b.c'],
    ['another credential behind it', 'Bearer a.b.c, Basic eA'],
    ['padding', 'Bearer a.b.c='],
    ['a long s, which some case rules take for an s', 'Bearer\u017f a.b.c'],
  ])('refuses %s', (_, header) => {
    expect(() => bearerToken(header)).toThrow('credential_malformed');
  });
});
