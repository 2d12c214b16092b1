import { CODE_POINT } from '@cloakroom/testing/code-points';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseQuery, parseRequestTarget } from './request-target.ts';

describe('parseRequestTarget', () => {
  it.each([
    ['/capture/plain', '/capture/plain'],
    ['/capture/space%20value', '/capture/space value'],
    ['/capture/question%3Fvalue', '/capture/question'],
    ['/capture/hash%23value', '/capture/hash#value'],
    ['/capture/slash%2Fvalue', '/capture/slash/value'],
    ['/capture/unicode-%CE%BB-%E4%B8%96', '/capture/unicode-λ-世'],
    ['/capture/literal%252Fvalue', '/capture/literal/value'],
    ['/capture/literal%253Fvalue', '/capture/literal?value'],
    ['/capture/literal%2525value', '/capture/literal%value'],
  ])('reads %s as a live gateway does', (sent, rawPath) => {
    expect(parseRequestTarget(sent)).toMatchObject({ rawPath });
  });

  it.each(['/percent%25done', '/half%2', '/latin1%E9', '*', 'http://127.0.0.1/x', ''])('refuses %s', (sent) => {
    expect(parseRequestTarget(sent)).toBeUndefined();
  });

  it('keeps the query as it was sent', () => {
    expect(parseRequestTarget('/a?x=%20&y=?')).toEqual({ routePath: '/a', rawPath: '/a', rawQueryString: 'x=%20&y=?' });
  });

  it('gives back any text that was encoded twice', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: CODE_POINT }).filter((text) => text.isWellFormed()),
        (text) => {
          const sent = `/${encodeURIComponent(encodeURIComponent(text))}`;
          expect(parseRequestTarget(sent)?.rawPath).toBe(`/${text}`);
        },
      ),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseRequestTarget(`/${text}`)));
  });
});

describe('parseQuery', () => {
  it('decodes, and joins what is repeated', () => {
    expect(parseQuery('a=1&b=x%20y+z&a=2&c')).toEqual({ a: '1,2', b: 'x y z', c: '' });
  });

  it('gives nothing for nothing', () => {
    expect(parseQuery('')).toBeUndefined();
  });

  it('keeps names that objects have of their own', () => {
    expect(Object.entries(parseQuery('__proto__=1&constructor=2') ?? {})).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });
});
