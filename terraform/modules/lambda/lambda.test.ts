import { expect, it } from '@jest/globals';
import { App, TerraformStack } from 'cdktf';
import { FunctionRole } from '../iam/function-role.ts';
import { Lambda } from './lambda.ts';

it('cannot be given a variable that Lambda reserves', () => {
  const stack = new TerraformStack(new App(), 'test');
  const create = () =>
    new Lambda(stack, 'greeter', {
      functionName: 'greeter',
      role: new FunctionRole(stack, 'role', { name: 'greeter', statements: [] }),
      code: { path: 'greeter.zip', sha256Base64: '' },
      environment: { AWS_REGION: 'eu-central-1' },
      memoryMb: 128,
      timeoutSeconds: 1,
      logs: { retentionDays: 1, key: undefined, protection: { preventDestroy: false } },
    });
  expect(create).toThrow('greeter sets variables that Lambda reserves: AWS_REGION');
});
