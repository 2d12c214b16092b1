import { describe, expect, it } from '@jest/globals';
import { resolveStack } from '../stack/read-stack.ts';
import { isInvokeAllowed } from './permissions.ts';

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
