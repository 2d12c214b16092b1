import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { queuePath, sqsClient } from './create-queues.ts';
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

it('gives a message that was released again, with the count of its receives, also after a restart', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'cloakroom-sqs-'));
  const QueueUrl = queuePath('released');
  const attributes = { MessageSystemAttributeNames: ['ApproximateReceiveCount'] };
  const receive = async ({ origin }: LocalSqs) => {
    const { Messages } = (await sqsClient(origin, 'eu-central-1').call('ReceiveMessage', {
      QueueUrl,
      ...attributes,
    })) as {
      Messages?: { ReceiptHandle: string; Attributes: object }[];
    };
    return Messages?.[0];
  };
  const release = async ({ origin }: LocalSqs, ReceiptHandle?: string) => {
    await sqsClient(origin, 'eu-central-1').call('ChangeMessageVisibility', {
      QueueUrl,
      ReceiptHandle,
      VisibilityTimeout: 0,
    });
  };
  const first = await startSqs({ region: 'eu-central-1', dataDir });
  const client = sqsClient(first.origin, 'eu-central-1');
  await client.call('CreateQueue', { QueueName: 'released', Attributes: {} });
  await client.call('SendMessage', { QueueUrl, MessageBody: 'm' });
  await release(first, (await receive(first))?.ReceiptHandle);
  const again = await receive(first);
  expect(again).toMatchObject({ Attributes: { ApproximateReceiveCount: '2' } });
  await release(first, again?.ReceiptHandle);
  await first.stop();
  const second = await startSqs({ region: 'eu-central-1', dataDir });
  expect(await receive(second)).toMatchObject({ Attributes: { ApproximateReceiveCount: '3' } });
  await second.stop();
  rmSync(dataDir, { recursive: true });
});
