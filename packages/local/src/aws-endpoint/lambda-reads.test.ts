import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, it } from '@jest/globals';
import { account, calls, REGION, stack, useLocalAws } from '../local-aws-fixture.ts';

useLocalAws();

const ARN = `arn:aws:lambda:${REGION}:000000000000:function:record`;
const lambda = new LambdaClient({ ...account, maxAttempts: 1 });

describe('what can be read of functions', () => {
  it('is their configuration, of $LATEST under the bare name and of the published version under an alias', async () => {
    const read = (Qualifier?: string) =>
      lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'record', Qualifier }));
    const zip = readFileSync(join(stack.folder, 'dist/record.zip'));
    expect(await read()).toMatchObject({
      FunctionName: 'record',
      FunctionArn: ARN,
      Version: '$LATEST',
      Role: 'arn:aws:iam::000000000000:role/role-record',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 5,
      MemorySize: 256,
      CodeSize: zip.length,
      CodeSha256: createHash('sha256').update(zip).digest('base64'),
      Environment: { Variables: { MARK: expect.stringContaining('died') } },
      State: 'Active',
    });
    expect(await read('live')).toMatchObject({ FunctionArn: `${ARN}:live`, Version: '1' });
    expect(await read('1')).toMatchObject({ FunctionArn: `${ARN}:1`, Version: '1' });
    expect(calls.at(-1)?.accesses).toEqual([{ action: 'lambda:GetFunctionConfiguration', resource: `${ARN}:1` }]);
  });

  it('is their package too', async () => {
    const { Configuration, Code } = await lambda.send(new GetFunctionCommand({ FunctionName: 'echo:live' }));
    expect(Configuration).toMatchObject({ FunctionName: 'echo', Version: '1' });
    expect(Configuration).not.toHaveProperty('Environment');
    expect(fileURLToPath(Code?.Location ?? '')).toBe(join(stack.folder, 'dist/echo.zip'));
  });

  it('is which there are, by pages', async () => {
    const names = async (input: object) => {
      const { Functions = [], NextMarker } = await lambda.send(new ListFunctionsCommand(input));
      return { names: Functions.map(({ FunctionName }) => FunctionName), NextMarker };
    };
    const first = await names({ MaxItems: 3 });
    expect(first).toEqual({ names: ['echo', 'record', 'refresh'], NextMarker: 'refresh' });
    expect(await names({ Marker: first.NextMarker })).toEqual({ names: ['store'], NextMarker: undefined });
  });

  it('is their aliases', async () => {
    const live = { AliasArn: `${ARN}:live`, Name: 'live', FunctionVersion: '1' };
    const list = (FunctionVersion?: string) =>
      lambda.send(new ListAliasesCommand({ FunctionName: 'record', FunctionVersion }));
    expect((await list()).Aliases).toMatchObject([live]);
    expect((await list('2')).Aliases).toEqual([]);
    expect(await lambda.send(new GetAliasCommand({ FunctionName: 'record', Name: 'live' }))).toMatchObject(live);
  });

  it('is their versions, with what each would run', async () => {
    const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName: 'record' }));
    const CodeSha256 = createHash('sha256')
      .update(readFileSync(join(stack.folder, 'dist/record.zip')))
      .digest('base64');
    expect(Versions).toMatchObject([
      { Version: '$LATEST', FunctionArn: `${ARN}:$LATEST`, CodeSha256 },
      { Version: '1', FunctionArn: `${ARN}:1`, CodeSha256 },
    ]);
    expect(calls.at(-1)?.accesses).toEqual([{ action: 'lambda:ListVersionsByFunction', resource: ARN }]);
  });

  it('is not there of what the stack has not, with what is missing', async () => {
    const missing = (message: string) => ({ name: 'ResourceNotFoundException', message });
    const configuration = (input: { FunctionName: string; Qualifier?: string }) =>
      lambda.send(new GetFunctionConfigurationCommand(input));
    await expect(configuration({ FunctionName: 'none' })).rejects.toMatchObject(missing('Function not found: none'));
    await expect(configuration({ FunctionName: 'echo', Qualifier: 'dead' })).rejects.toMatchObject(
      missing('Function not found: echo:dead'),
    );
    await expect(lambda.send(new GetAliasCommand({ FunctionName: 'record', Name: 'dead' }))).rejects.toMatchObject(
      missing(`Cannot find alias arn: ${ARN}:dead`),
    );
    const all = lambda.send(new ListFunctionsCommand({ FunctionVersion: 'ALL' }));
    await expect(all).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });
});
