import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type RuntimeApi, startRuntimeApi } from './runtime-api.ts';

const reports = { onNext: jest.fn(), onInitError: jest.fn(), onResponse: jest.fn(), onError: jest.fn() };
let api: RuntimeApi;
beforeEach(async () => {
  jest.clearAllMocks();
  api = await startRuntimeApi(reports);
});
afterEach(() => api.close());

const call = (path: string, init?: RequestInit) => fetch(`http://${api.address}/2018-06-01/runtime/${path}`, init);
const invocation = { requestId: 'r1', payload: '{"a":1}', functionArn: 'arn', deadlineMs: 5, traceId: 't' };

describe('the Runtime API', () => {
  it('keeps an invocation until the runtime asks for it', async () => {
    api.offer(invocation);
    const response = await call('invocation/next');
    expect(await response.text()).toBe('{"a":1}');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'lambda-runtime-aws-request-id': 'r1',
      'lambda-runtime-deadline-ms': '5',
      'lambda-runtime-invoked-function-arn': 'arn',
      'lambda-runtime-trace-id': 't',
    });
  });

  it('hands nothing to a page whose name resolves to this machine', async () => {
    api.offer(invocation);
    const [hostname, port] = api.address.split(':');
    const status = await new Promise((resolve) => {
      const path = '/2018-06-01/runtime/invocation/next';
      request({ hostname, port, path, headers: { host: 'evil.example' } }, (answer) =>
        resolve(answer.resume().statusCode),
      ).end();
    });
    expect(status).toBe(403);
    expect(await (await call('invocation/next')).text()).toBe(invocation.payload);
  });

  it('tells what the runtime reports', async () => {
    expect((await call('invocation/r1/response', { method: 'POST', body: '1' })).status).toBe(202);
    expect((await call('invocation/r1/error', { method: 'POST', body: '2' })).status).toBe(202);
    expect((await call('init/error', { method: 'POST', body: '3' })).status).toBe(202);
    expect(reports.onResponse).toHaveBeenCalledWith('r1', '1');
    expect(reports.onError).toHaveBeenCalledWith('r1', '2');
    expect(reports.onInitError).toHaveBeenCalledWith('3');
  });

  it('makes an answer of more than 6 MB an error', async () => {
    const body = 'x'.repeat(6_291_557);
    expect((await call('invocation/r1/response', { method: 'POST', body })).status).toBe(413);
    expect(reports.onError).toHaveBeenCalledWith('r1', expect.stringContaining('Function.ResponseSizeTooLarge'));
    expect((await call('init/error', { method: 'POST', body })).status).toBe(413);
  });

  it('knows nothing else', async () => {
    expect((await call('invocation/r1/response')).status).toBe(404);
    expect((await call('other', { method: 'POST' })).status).toBe(404);
  });
});
