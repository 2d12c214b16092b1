import { describe, expect, it } from '@jest/globals';
import type { FunctionConfig } from './function-config.ts';
import { processVariables } from './process-variables.ts';

const CONFIG: FunctionConfig = {
  functionName: 'health',
  arn: 'arn:aws:lambda:eu-central-1:000000000000:function:health',
  roleArn: 'arn:aws:iam::000000000000:role/health',
  handler: 'index.handler',
  runtime: 'nodejs24.x',
  region: 'eu-central-1',
  memoryMb: 256,
  timeoutMs: 3000,
  variables: {},
  zipFile: '/dist/health.zip',
  logGroup: '/aws/lambda/health',
  architectures: ['arm64'],
  version: '1',
};

function variablesWith(variables: Record<string, string>) {
  return processVariables({
    config: { ...CONFIG, variables },
    credentials: { accessKeyId: 'ASIA', secretAccessKey: 'secret', sessionToken: 'token' },
    taskRoot: '/code',
    logStream: '2026/01/01/[1]0',
    runtimeApi: '127.0.0.1:9001',
    version: '1',
    awsEndpoint: 'http://127.0.0.1:4566',
  });
}

describe('the variables of a function', () => {
  it("replace Lambda's defaults of the same name, which are not reserved", () => {
    expect(variablesWith({})).toMatchObject({ LANG: 'en_US.UTF-8', TZ: ':UTC', PATH: expect.stringMatching(/^\/var/) });
    const own = { LANG: 'de_DE.UTF-8', TZ: 'Europe/Berlin', PATH: '/opt/bin' };
    expect(variablesWith(own)).toMatchObject(own);
  });

  it('replace nothing that Lambda reserves, nor the address of the local AWS', () => {
    const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_LAMBDA_FUNCTION_NAME, AWS_ENDPOINT_URL, OWN } = variablesWith({
      AWS_REGION: 'x',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_LAMBDA_FUNCTION_NAME: 'x',
      AWS_ENDPOINT_URL: 'x',
      OWN: 'own',
    });
    expect([AWS_REGION, AWS_ACCESS_KEY_ID, AWS_LAMBDA_FUNCTION_NAME]).toEqual(['eu-central-1', 'ASIA', 'health']);
    expect([AWS_ENDPOINT_URL, OWN]).toEqual(['http://127.0.0.1:4566', 'own']);
  });
});
