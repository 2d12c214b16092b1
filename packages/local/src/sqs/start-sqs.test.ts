import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sqsClient } from './create-queues.ts';
import { type LocalSqs, startSqs } from './start-sqs.ts';

let sqs: LocalSqs;
beforeAll(async () => {
  sqs = await startSqs({ region: 'eu-central-1' });
});
afterAll(() => sqs.stop());

function statusOf(headers: Record<string, string>, body: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    request(sqs.origin, { method: 'POST', headers }, (answer) => resolve(answer.resume().statusCode)).end(body);
  });
}

it('answers in the JSON protocol of SQS', async () => {
  await expect(sqsClient(sqs.origin, 'eu-central-1').call('ListQueues', {})).resolves.toBeDefined();
});

it('takes nothing that a web page could post, be it of a name that resolves to this machine', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect(await statusOf(form, 'Action=CreateTopic&Name=x&Version=2010-03-31')).toBe(403);
  const json = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ListQueues' };
  expect(await statusOf({ ...json, host: 'evil.example' }, '{}')).toBe(403);
});
