import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arnMatches, globMatcher } from './patterns.ts';

describe('arnMatches', () => {
  it('matches every ARN with itself', () => {
    const part = fc.stringMatching(/^[a-zA-Z0-9/$.+()[\]|^-]{0,12}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 6, maxLength: 9 }), (parts) =>
        arnMatches(parts.join(':'), parts.join(':')),
      ),
    );
  });
  it('does not let a star reach over a colon before the resource', () => {
    expect(arnMatches('arn:aws:*:abc', 'arn:aws:execute-api:eu-central-1:000000000000:abc')).toBe(false);
    expect(arnMatches('arn:aws:execute-api:*:*:abc', 'arn:aws:execute-api:eu-central-1:000000000000:abc')).toBe(true);
  });
  it('lets a star reach over colons and slashes inside the resource', () => {
    expect(arnMatches('arn:aws:lambda:r:a:function:*', 'arn:aws:lambda:r:a:function:b:live')).toBe(true);
    expect(
      arnMatches(
        `arn:aws:execute-api:eu-central-1:000000000000:abc/*`,
        `arn:aws:execute-api:eu-central-1:000000000000:abc/$default/POST/users/1`,
      ),
    ).toBe(true);
  });
  it('takes a question mark for one character', () => {
    expect(arnMatches('arn:aws:sqs:r:a:q?', 'arn:aws:sqs:r:a:q1')).toBe(true);
    expect(arnMatches('arn:aws:sqs:r:a:q?', 'arn:aws:sqs:r:a:q12')).toBe(false);
  });
});

describe('globMatcher', () => {
  it.each([
    ['U#*', 'U#local#alice', true],
    ['U#*', 'XU#local#alice', false],
    ['U#?', 'U#1', true],
    ['U#?', 'U#', false],
    ['*', '', true],
    ['a.c', 'abc', false],
    ['U#*', 'U#a\nb', true],
    ['', 'a', false],
  ])('%j and %j: %s', (glob, text, expected) => expect(globMatcher(glob)(text)).toBe(expected));
});
