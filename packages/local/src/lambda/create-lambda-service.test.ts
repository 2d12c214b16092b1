import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createCredentialsRegistry } from '../aws-endpoint/credentials.ts';
import { FunctionNotFoundError } from '../base/errors.ts';
import { createLogStore } from '../logs/create-log-store.ts';
import { type TestFunction, testStack } from '../stack-fixture.ts';
import { createLambdaService } from './create-lambda-service.ts';
import type { LambdaService } from './lambda-service.ts';
import { amazonsClient, ownRuntimeClient, runtimeCommand } from './runtime-process.ts';

const services: LambdaService[] = [];
afterAll(() => Promise.all(services.map((service) => service.stop())));

const clients = [
  ['our own runtime client', ownRuntimeClient()],
  ...(amazonsClient() === undefined ? [] : [["Amazon's runtime client", amazonsClient()]]),
] as [string, string][];

function service(functions: Record<string, TestFunction>, options: { client?: string; maxEnvironments?: number } = {}) {
  const stack = testStack({ functions });
  const logs = createLogStore();
  const lambda = createLambdaService({
    stack,
    logs,
    codeDir: join(stack.folder, 'code'),
    awsEndpoint: 'http://127.0.0.1:4566',
    issueCredentials: createCredentialsRegistry().issue,
    command: runtimeCommand(options.client),
    maxEnvironments: options.maxEnvironments ?? 3,
  });
  services.push(lambda);
  const messages = (name: string) => (logs.events(`/aws/lambda/${name}`) ?? []).map(({ message }) => message);
  return { lambda, logs, messages };
}

const PID = 'export const handler = async () => process.pid;';
const HANG_IF_ASKED = `export const handler = async (event) => {
  if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60_000));
  return process.pid;
};`;

async function invokeJson(lambda: LambdaService, name: string, event: unknown = {}) {
  const result = await lambda.invoke(name, JSON.stringify(event));
  return { ...result, payload: JSON.parse(result.payload) };
}

describe.each(clients)('a function under %s', (_, client) => {
  it('gets its event and context, and keeps its environment', async () => {
    const code = `let count = 0;
      export const handler = async (event, context) => ({ event, count: ++count, name: context.functionName, arn: context.invokedFunctionArn,
        left: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID, id: context.awsRequestId });`;
    const { lambda } = service({ echo: { code } }, { client });
    await lambda.invoke('echo:live', '{}');
    const { payload, ...rest } = await invokeJson(lambda, 'echo:live', { text: 'grüße' });
    expect(payload).toMatchObject({ event: { text: 'grüße' }, count: 2, name: 'echo' });
    expect(payload.arn).toBe('arn:aws:lambda:eu-central-1:000000000000:function:echo:live');
    expect(payload.left).toBeGreaterThan(3000);
    expect(payload.left).toBeLessThanOrEqual(5000);
    expect(payload.trace).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
    expect(rest).toMatchObject({ statusCode: 200, executedVersion: '1' });
    expect(rest).not.toHaveProperty('functionError');
  });

  it('answers what it throws as an unhandled error, and goes on', async () => {
    const code = `export const handler = async () => { throw new TypeError('no such luck'); };`;
    const { lambda } = service({ thrower: { code } }, { client });
    const first = await invokeJson(lambda, 'thrower');
    expect(first).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType: 'TypeError', errorMessage: 'no such luck' },
    });
    expect((await lambda.invoke('thrower', '{}')).logTail).not.toContain('Init Duration');
  });

  it('reports an error at its start, and starts anew the next time', async () => {
    const { lambda, messages } = service({ broken: { code: `throw new Error('no table');` } }, { client });
    for (const _attempt of [1, 2]) {
      const { functionError, payload, logTail } = await invokeJson(lambda, 'broken');
      expect({ functionError, message: payload.errorMessage, type: payload.errorType }).toEqual({
        functionError: 'Unhandled',
        message: 'no table',
        type: 'Error',
      });
      expect(logTail).toMatch(/no table/);
    }
    expect(messages('broken').filter((line) => line.startsWith('START'))).toHaveLength(2);
  });

  it('is ended at its timeout, and replaced', async () => {
    const { lambda } = service({ slow: { code: HANG_IF_ASKED, timeout: 1 } }, { client });
    const before = await invokeJson(lambda, 'slow');
    const { payload, functionError, logTail } = await invokeJson(lambda, 'slow', { hang: true });
    expect(functionError).toBe('Unhandled');
    expect(payload.errorType).toBe('Sandbox.Timedout');
    expect(payload.errorMessage).toMatch(/^\d{4}-\S+Z [0-9a-f-]{36} Task timed out after 1\.00 seconds$/);
    expect(logTail).toMatch(/Task timed out after 1\.00 seconds\n$/);
    expect(isAlive(before.payload)).toBe(false);
    const after = await invokeJson(lambda, 'slow');
    expect(after.payload).not.toBe(before.payload);
    expect(isAlive(after.payload)).toBe(true);
  });

  it('that dies in an invocation is an error, and is replaced', async () => {
    const code = `export const handler = async (event) => { if (event.exit !== undefined) process.exit(event.exit);
      if (event.signal) process.kill(process.pid, event.signal); return new Promise((r) => setTimeout(() => r(process.pid), 20)); };`;
    const { lambda } = service({ mortal: { code } }, { client });
    const exited = await invokeJson(lambda, 'mortal', { exit: 3 });
    expect(exited).toMatchObject({ functionError: 'Unhandled', payload: { errorType: 'Runtime.ExitError' } });
    expect(exited.payload.errorMessage).toMatch(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/);
    const killed = await invokeJson(lambda, 'mortal', { signal: 'SIGKILL' });
    expect(killed.payload.errorMessage).toMatch(/Runtime exited with error: signal: killed$/);
    expect((await invokeJson(lambda, 'mortal')).functionError).toBeUndefined();
  });

  it('writes its lines, between START and REPORT, to its log group and the tail', async () => {
    const code = `export const handler = async (event) => { for (const line of event) { console.log(line); console.error('!' + line); } return 1; };`;
    const { lambda, messages } = service({ talker: { code } }, { client });
    const { logTail } = await invokeJson(lambda, 'talker', ['one', 'two']);
    const lines = messages('talker');
    expect(lines[0]).toMatch(/^START RequestId: [0-9a-f-]{36} Version: \$LATEST$/);
    expect(lines.filter((line) => /one|two/.test(line))).toHaveLength(4);
    expect(lines.at(-2)).toMatch(/^END RequestId: [0-9a-f-]{36}$/);
    expect(lines.at(-1)).toMatch(
      /^REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tInit Duration: [\d.]+ ms$/,
    );
    expect(logTail).toBe(`${lines.join('\n')}\n`);
    const second = await invokeJson(lambda, 'talker', [
      ...Array.from({ length: 300 }, (_line, at) => `line ${at} of many`),
    ]);
    expect(Buffer.byteLength(second.logTail)).toBe(4096);
    expect(second.logTail).toContain('line 299 of many');
    expect(second.logTail).not.toContain('one');
  });

  it('ends when the machinery around it ends', async () => {
    const { lambda } = service({ pid: { code: PID } }, { client });
    const { payload } = await invokeJson(lambda, 'pid');
    await lambda.stop();
    expect(isAlive(payload)).toBe(false);
  });
});

describe('the environments of a function', () => {
  it('take one invocation at a time, and are no more than allowed', async () => {
    const code = `let inside = 0; let most = 0;
      export const handler = async () => { most = Math.max(most, ++inside); await new Promise((r) => setTimeout(r, 30)); inside -= 1; return { pid: process.pid, most }; };`;
    const { lambda } = service({ busy: { code } }, { maxEnvironments: 2 });
    const results = await Promise.all(Array.from({ length: 9 }, () => invokeJson(lambda, 'busy')));
    expect(new Set(results.map(({ payload }) => payload.pid)).size).toBe(2);
    expect(Math.max(...results.map(({ payload }) => payload.most))).toBe(1);
  });

  it('hold exactly the variables of the resource, of Lambda and of the local AWS', async () => {
    const code = 'const all = { ...process.env }; export const handler = async () => all;';
    const { lambda } = service({ env: { code, variables: { TABLE: 't', AWS_REGION: 'mars' } } });
    const { payload } = await invokeJson(lambda, 'env');
    expect(Object.keys(payload).sort()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_DEFAULT_REGION',
      'AWS_ENDPOINT_URL',
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_LAMBDA_RUNTIME_API',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'LAMBDA_RUNTIME_DIR',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'PATH',
      'TABLE',
      'TZ',
      '_HANDLER',
    ]);
    expect(payload).toMatchObject({
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      TABLE: 't',
    });
    expect(payload.AWS_ACCESS_KEY_ID).toMatch(/^ASIA[A-Z2-7]{16}$/);
  });

  it('reject what still waits when everything stops, and end what runs', async () => {
    const { lambda } = service({ slow: { code: HANG_IF_ASKED, timeout: 60 } }, { maxEnvironments: 1 });
    await lambda.invoke('slow', '{}');
    const running = invokeJson(lambda, 'slow', { hang: true });
    const waiting = lambda.invoke('slow', '{}');
    const refused = expect(waiting).rejects.toThrow('stopping');
    await lambda.stop();
    await refused;
    expect((await running).payload.errorType).toBe('Runtime.ExitError');
    await expect(lambda.invoke('slow', '{}')).rejects.toThrow('stopping');
  });
});

describe('names and qualifiers', () => {
  it.each([
    ['pid', undefined, '$LATEST'],
    ['pid', '$LATEST', '$LATEST'],
    ['pid', '1', '1'],
    ['pid', 'live', '1'],
    ['pid:live', undefined, '1'],
    ['pid:live', 'live', '1'],
    ['000000000000:function:pid:live', undefined, '1'],
    ['arn:aws:lambda:eu-central-1:000000000000:function:pid', undefined, '$LATEST'],
    ['arn:aws:lambda:eu-central-1:000000000000:function:pid:live', undefined, '1'],
  ])('%s with %s is version %s', (name, qualifier, version) => {
    expect(service({ pid: { code: PID } }).lambda.find(name, qualifier)?.executedVersion).toBe(version);
  });

  it.each([
    ['other', undefined],
    ['pid', 'stale'],
    ['pid', '2'],
    ['pid:live', '1'],
    ['not a name', undefined],
  ])('%s with %s is not found', async (name, qualifier) => {
    const { lambda } = service({ pid: { code: PID } });
    expect(lambda.find(name, qualifier)).toBeUndefined();
    const options = qualifier === undefined ? {} : { qualifier };
    await expect(lambda.invoke(name, '{}', options)).rejects.toThrow(FunctionNotFoundError);
  });
});

it('rejects the invocation when the package is missing', async () => {
  const stack = testStack({ functions: { pid: { code: PID } } });
  const lambda = createLambdaService({
    stack: { ...stack, folder: '/nowhere' },
    logs: createLogStore(),
    codeDir: join(stack.folder, 'code'),
    awsEndpoint: '',
    issueCredentials: createCredentialsRegistry().issue,
  });
  await expect(lambda.invoke('pid', '{}')).rejects.toThrow('build the functions first');
  expect(existsSync(join(stack.folder, 'code'))).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
