import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resolveStack } from '../stack/read-stack.ts';
import { arnMatches, isInvokeAllowed } from './permissions.ts';

const api = 'arn:aws:execute-api:eu-central-1:000000000000:abc';
const given = {
  action: 'lambda:InvokeFunction',
  function_name: 'health',
  qualifier: 'live',
  principal: 'apigateway.amazonaws.com',
  source_arn: `${api}/*/*`,
};
const attempt = {
  functionName: 'health',
  qualifier: 'live' as string | undefined,
  principal: 'apigateway.amazonaws.com',
  sourceArn: `${api}/$default/GET/health`,
};

function allows(permission: object, changes: Partial<typeof attempt> = {}): boolean {
  const document = {
    provider: { aws: { region: 'eu-central-1' } },
    resource: { aws_lambda_permission: { it: permission } },
  };
  const stack = resolveStack(document, { folder: '/', origins: { awsEndpoint: '', apiEndpoint: '' } });
  return isInvokeAllowed(stack, { ...attempt, ...changes });
}

describe('a permission', () => {
  it('lets its service invoke from its source', () => expect(allows(given)).toBe(true));
  it('counts for its own qualifier only', () => {
    expect(allows({ ...given, qualifier: undefined })).toBe(false);
    expect(allows(given, { qualifier: undefined })).toBe(false);
    expect(allows({ ...given, qualifier: undefined }, { qualifier: undefined })).toBe(true);
  });
  it('may carry the qualifier in the function name', () => {
    const arn = 'arn:aws:lambda:eu-central-1:000000000000:function:health:live';
    expect(allows({ ...given, qualifier: undefined, function_name: arn })).toBe(true);
  });
  it('is for one function', () => expect(allows(given, { functionName: 'other' })).toBe(false));
  it('is for one service', () => expect(allows(given, { principal: 'events.amazonaws.com' })).toBe(false));
  it('is for one source', () => expect(allows(given, { sourceArn: `${api}d/$default/GET/health` })).toBe(false));
  it('is for invocations', () => expect(allows({ ...given, action: 'lambda:GetFunction' })).toBe(false));
  it('without a source is for all of the service', () =>
    expect(allows({ ...given, source_arn: undefined })).toBe(true));
});

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
    expect(arnMatches(`${api}/*`, `${api}/$default/POST/users/1`)).toBe(true);
  });
  it('takes a question mark for one character', () => {
    expect(arnMatches('arn:aws:sqs:r:a:q?', 'arn:aws:sqs:r:a:q1')).toBe(true);
    expect(arnMatches('arn:aws:sqs:r:a:q?', 'arn:aws:sqs:r:a:q12')).toBe(false);
  });
});
