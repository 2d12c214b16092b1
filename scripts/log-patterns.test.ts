import { logId, opaqueUserId, publicUserKey } from '@cloakroom/core';
import { describe, expect, it } from '@jest/globals';
import { linesPattern, logIdsOf } from './log-patterns.ts';

const ISSUERS = ['pool', 'partners'];
const idOf = (issuer: string, sub: string) => logId(opaqueUserId({ issuer, sub }));

describe('the log ids of a person', () => {
  it.each([
    ['alice', [idOf('pool', 'alice'), idOf('partners', 'alice')]],
    ['partners:alice', [idOf('partners', 'alice')]],
    ['auth0:alice', [idOf('pool', 'auth0:alice'), idOf('partners', 'auth0:alice')]],
    [publicUserKey({ issuer: 'gone', sub: 'alice' }), [idOf('gone', 'alice')]],
  ])('of %s', (name, ids) => expect(logIdsOf(name, ISSUERS)).toEqual(ids));

  it.each(['~garbage', '', 'pool:', 'a\nb'])('are none of %j', (name) => {
    expect(() => logIdsOf(name, ISSUERS)).toThrow('--user');
  });
});

it.each([
  [{}, ''],
  [
    { codes: ['b', 'c.*'], reason: 'r' },
    '{ ($.code = "b" || $.code = "c.*") && ($.reason = "r" || $.errorCode = "r") }',
  ],
  [{ reason: 'r' }, '{ ($.reason = "r" || $.errorCode = "r") }'],
  [
    { users: ['a', 'b'], reason: 'r' },
    '{ ($.user = "a" || $.user = "b" || $.actor = "a" || $.actor = "b") && ($.reason = "r" || $.errorCode = "r") }',
  ],
])('the pattern for %j is %s', (wanted, pattern) => expect(linesPattern(wanted)).toBe(pattern));
