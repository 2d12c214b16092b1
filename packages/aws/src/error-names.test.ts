import { describe, expect, it } from '@jest/globals';
import { credentialErrorName, isUnavailable } from './error-names.ts';

describe('a refusal of credentials', () => {
  it.each([
    ['its name', { name: 'ExpiredToken' }],
    ['the code of the query protocol', { name: 'Error', Code: 'ExpiredToken' }],
    ['the type of the JSON protocol', { __type: 'com.amazon.coral.service#ExpiredToken' }],
    ['the code', { code: 'ExpiredToken' }],
    ['a cause', new Error('outer', { cause: new Error('inner', { cause: { name: 'ExpiredToken' } }) })],
  ])('is known by %s', (_, error) => {
    expect(credentialErrorName(error)).toBe('ExpiredToken');
  });

  it.each([
    ['AccessDenied', { name: 'AccessDenied' }],
    ['AccessDeniedException', { name: 'AccessDeniedException' }],
    ['a wrong signature', { name: 'InvalidSignatureException' }],
    ['a word in a message', new Error('ExpiredToken')],
    ['nothing', undefined],
    ['null', null],
    ['a text', 'ExpiredToken'],
  ])('is not %s', (_, error) => {
    expect(credentialErrorName(error)).toBeUndefined();
  });

  it('is looked for in a chain that never ends, and not forever', () => {
    const endless: { cause?: unknown } = {};
    endless.cause = endless;
    expect(credentialErrorName(endless)).toBeUndefined();
    expect(isUnavailable(endless)).toBe(false);
  });
});

describe('an outage', () => {
  it.each([
    { name: 'ProvisionedThroughputExceededException', $metadata: { httpStatusCode: 400 } },
    { name: 'Whatever', $metadata: { httpStatusCode: 429 } },
    { name: 'Whatever', $metadata: { httpStatusCode: 500 } },
    { name: 'Whatever', $metadata: { httpStatusCode: 503 } },
    { name: 'TimeoutError' },
    { name: 'Error', code: 'ECONNREFUSED' },
    { name: 'CredentialsProviderError', cause: { code: 'ETIMEDOUT' } },
  ])('is %p', (error) => {
    expect(isUnavailable(error)).toBe(true);
  });

  it.each([
    { name: 'AbortError' },
    { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } },
    { name: 'ConditionalCheckFailedException', $metadata: { httpStatusCode: 400 } },
    { name: 'TransactionCanceledException', $metadata: {} },
    { name: 'Whatever', $metadata: { httpStatusCode: '503' } },
  ])('is not %p', (error) => {
    expect(isUnavailable(error)).toBe(false);
  });
});
