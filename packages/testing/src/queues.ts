import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';

/** An SQS of a test file's own. */
export interface TestSqs {
  readonly sqs: SQSClient;
  /** Makes an empty queue and returns its URL. */
  createQueue(): Promise<string>;
  /** Takes every message out of a queue and returns their bodies, in no particular order. */
  drain(queueUrl: string): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts fauxqs in this process, on a free port of 127.0.0.1. */
export async function startTestSqs(): Promise<TestSqs> {
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  const sqs = new SQSClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    useQueueUrlAsEndpoint: false, // fauxqs names queues by a host that only it resolves
  });
  return {
    sqs,
    async createQueue() {
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `queue-${randomUUID()}` }));
      if (QueueUrl === undefined) throw new Error('no queue was made');
      return QueueUrl;
    },
    drain: (queueUrl) => drain(sqs, queueUrl),
    async stop() {
      sqs.destroy();
      await app.close();
    },
  };
}

async function drain(sqs: SQSClient, QueueUrl: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return bodies;
    for (const { Body = '', ReceiptHandle } of Messages) {
      bodies.push(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}
