import { describe, expect, it, jest } from '@jest/globals';
import type { AwsRequest } from '../aws-service.ts';
import { lambdaEndpointService } from './lambda-service.ts';

const catalog = { functions: [], find: () => undefined, aliasesOf: () => [] };
const target = { functionName: 'f', arn: 'arn:f', executedVersion: '1' };

function request(changes: Partial<AwsRequest>): AwsRequest {
  const caller = { accessKeyId: 'a', arn: 'arn', userId: 'u' };
  const url = '/2015-03-31/functions/f/invocations';
  return { method: 'POST', url, headers: {}, body: Buffer.from('{}'), caller, region: 'eu-central-1', ...changes };
}

describe('Lambda at the endpoint', () => {
  it.each([
    [{ method: 'GET' }, 'UnknownOperationException'],
    [{ url: '/2015-03-31/functions/f' }, 'UnknownOperationException'],
    [{ url: '/2015-03-31/functions/%E0%A4%A/invocations' }, 'ValidationException'],
    [{ headers: { 'x-amz-invocation-type': 'Later' } }, 'InvalidParameterValueException'],
  ])('refuses %j', (changes, code) => {
    const service = lambdaEndpointService({ catalog, find: () => target, invoke: jest.fn<never>() }, () => undefined);
    expect(() => service.accesses(request(changes))).toThrow(expect.objectContaining({ code }));
  });

  it('says by its ARN what would be invoked', () => {
    const service = lambdaEndpointService({ catalog, find: () => target, invoke: jest.fn<never>() }, () => undefined);
    expect(service.accesses(request({}))).toEqual([{ action: 'lambda:InvokeFunction', resource: 'arn:f' }]);
  });

  it('tells about an event that could not be handed over', async () => {
    const told = Promise.withResolvers<unknown>();
    const invoke = () => Promise.reject(new Error('no package'));
    const service = lambdaEndpointService({ catalog, find: () => target, invoke }, told.resolve);
    const { status } = await service.handle(request({ headers: { 'x-amz-invocation-type': 'Event' } }));
    expect(status).toBe(202);
    expect(String(await told.promise)).toContain('no package');
  });
});
