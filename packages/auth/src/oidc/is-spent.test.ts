import { describe, expect, it } from '@jest/globals';
import { OperationProcessingError, ResponseBodyError, WWWAuthenticateChallengeError } from 'oauth4webapi';
import { isSpent } from './is-spent.ts';

const refusal = (status: number) =>
  new ResponseBodyError('refused', { cause: { error: 'any' }, response: new Response(null, { status }) });
const unread = (status: number) =>
  new OperationProcessingError('unexpected status', { cause: new Response(null, { status }) });
const challenge = (status: number) =>
  new WWWAuthenticateChallengeError('challenge', {
    cause: [{ scheme: 'basic', parameters: {} }],
    response: new Response(null, { status }),
  });
const failed = (fields: object) => new TypeError('fetch failed', { cause: Object.assign(new Error('cause'), fields) });
const ofEach = (...syscalls: readonly string[]) =>
  new TypeError('fetch failed', {
    cause: new AggregateError(syscalls.map((syscall) => Object.assign(new Error('one'), { syscall }))),
  });

describe('isSpent', () => {
  it.each<readonly [string, unknown, boolean]>([
    ['invalid_grant', refusal(400), false],
    ['a refused client', challenge(401), false],
    ['403', unread(403), false],
    ['too many requests', unread(429), false],
    ['503', unread(503), false],
    ['503 with an error of its own', refusal(503), false],
    ['500', unread(500), true],
    ['500 with an error of its own', refusal(500), true],
    ['a gateway that got no answer', unread(502), true],
    ['a gateway that waited in vain', unread(504), true],
    ['a redirect', unread(302), true],
    ['an answer that cannot be read', new OperationProcessingError('not JSON', { cause: new SyntaxError('x') }), true],
    ['a wrong member', new OperationProcessingError('no access_token', { cause: { body: {} } }), true],
    ['no answer in time', new DOMException('timed out', 'TimeoutError'), true],
    ['an answer that is too large', new RangeError('too large'), true],
    ['a connection that was reset', failed({ code: 'ECONNRESET', syscall: 'read' }), true],
    ['a connection that was closed', failed({ code: 'UND_ERR_SOCKET' }), true],
    ['a refused connection', failed({ code: 'ECONNREFUSED', syscall: 'connect' }), false],
    ['no address of it that answers', ofEach('connect', 'connect'), false],
    ['several failures, one of which was later', ofEach('connect', 'read'), true],
    ['an unknown host', failed({ code: 'ENOTFOUND', syscall: 'getaddrinfo' }), false],
    ['a connection that never came about', failed({ code: 'UND_ERR_CONNECT_TIMEOUT' }), false],
    ['a certificate that has expired', failed({ code: 'CERT_HAS_EXPIRED' }), false],
    ['what is no error', 'thrown', true],
  ])('tells of %s', (_, error, told) => {
    expect(isSpent(error)).toBe(told);
  });
});
