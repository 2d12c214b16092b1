import { describe, expect, it } from '@jest/globals';
import { anEvent, memoryReader } from './log-fixture.ts';
import type { ReadLogs } from './read-logs.ts';
import { requestLines } from './request-lines.ts';

const GATEWAY = '/aws/vendedlogs/apigateway/x';
const AUTHORIZER = '/aws/lambda/x-authorizer';
const STORE = '/aws/lambda/x-store-event';
const groups = [GATEWAY, AUTHORIZER, STORE];

const access = anEvent({ requestId: 'request-1=', status: '403' }, { group: GATEWAY });
const start = anEvent('START RequestId: invocation-1 Version: 1', { group: AUTHORIZER });
const denied = anEvent(
  { code: 'authorizer.denied', requestId: 'request-1=', function_request_id: 'invocation-1' },
  { group: AUTHORIZER },
);
const timeout = anEvent('2026-01-01T00:00:00Z invocation-1 Task timed out after 3.00 seconds', { group: AUTHORIZER });
// One invocation of a consumer, with messages of two requests.
const stored = ['request-1=', 'request-2='].map((requestId) =>
  anEvent({ code: 'event.stored', requestId, function_request_id: 'invocation-9' }, { group: STORE }),
);
const batch = anEvent({ code: 'batch', function_request_id: 'invocation-9' }, { group: STORE });
const other = anEvent({ code: 'authorizer.allowed', requestId: 'request-2=' }, { group: AUTHORIZER });
const read = memoryReader([other, batch, ...stored, timeout, denied, start, access]);
const find = (id: string, startMs = 0) => requestLines(read, { id, groups, startMs });

describe('the lines of a request', () => {
  it('are those with its id and those of its invocations without one, of nobody else, in order of time', async () => {
    expect(await find('request-1=')).toEqual([access, start, denied, timeout, stored[0], batch]);
  });

  it('are found by the id of an invocation too', async () => {
    expect(await find('invocation-1')).toEqual([access, start, denied, timeout, stored[0], batch]);
  });

  it('are of every request that an invocation was about', async () => {
    expect(await find('invocation-9')).toEqual(expect.arrayContaining([access, denied, ...stored, batch, other]));
  });

  it('are looked for in few groups: an invocation in that of its function alone', async () => {
    const asked: (readonly string[])[] = [];
    const counted: ReadLogs = (window) => {
      asked.push(window.groups);
      return read(window);
    };
    await requestLines(counted, { id: 'request-1=', groups, startMs: 0 });
    expect(asked).toEqual([groups, [STORE], [AUTHORIZER]]);
  });

  it('are none from before', async () => {
    expect(await find('request-1=', denied.timestampMs)).not.toContain(access);
    expect(await find('request-3=')).toEqual([]);
  });
});
