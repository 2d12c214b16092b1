import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { createEnvironmentEnd, type FinishedInvocation } from './end-environment.ts';

/** Ends an environment before a Runtime API that answers with this status; tells in order what was seen. */
async function end(invocation: Omit<FinishedInvocation, 'context'>, status = 202) {
  const seen: string[] = [];
  const server = createServer(async (request, response) => {
    seen.push(`${request.method} ${request.url} ${await text(request)}`);
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const exit = (code: number) => void seen.push(`exit ${code}`);
  const endEnvironment = createEnvironmentEnd(`127.0.0.1:${(server.address() as AddressInfo).port}`, exit);
  const error = await endEnvironment({ context: { awsRequestId: 'one' }, ...invocation }).catch(String);
  server.close();
  server.closeAllConnections();
  return { seen, error };
}

const POST = 'POST /2018-06-01/runtime/invocation/one';

it.each([
  ['answer', { response: { statusCode: 503 } }, `${POST}/response {"statusCode":503}`],
  ['lack of one', {}, `${POST}/response null`],
  ['answer that was made of an error', { response: 1, error: new Error('x') }, `${POST}/response 1`],
  ['error', { error: new TypeError('no') }, `${POST}/error {"errorType":"TypeError","errorMessage":"no"}`],
])('ends the process when the Runtime API has taken the %s', async (_, invocation, posted) => {
  expect((await end(invocation)).seen).toEqual([posted, 'exit 1']);
});

it('ends nothing when the answer was not taken', async () => {
  const { seen, error } = await end({ response: 1 }, 403);
  expect(seen).toEqual([`${POST}/response 1`]);
  expect(error).toBe('Error: the Runtime API answered the answer of the invocation with 403');
});
