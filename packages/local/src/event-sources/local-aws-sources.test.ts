import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import {
  account,
  calls,
  ENDPOINT,
  eventually,
  messagesOf,
  post,
  REGION,
  signed,
  stack,
  useLocalAws,
} from '../local-aws-fixture.ts';

useLocalAws();

describe('SQS and its event source', () => {
  const sqs = new SQSClient(account);
  const QueueUrl = `${ENDPOINT}/000000000000/events`;
  const attributesOf = async (name: string) => {
    const command = new GetQueueAttributesCommand({
      QueueUrl: `${ENDPOINT}/000000000000/${name}`,
      AttributeNames: ['All'],
    });
    return (await sqs.send(command)).Attributes ?? {};
  };
  const send = (MessageBody: string, colour = 'red') =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody,
        MessageAttributes: { colour: { DataType: 'String', StringValue: colour } },
      }),
    );

  it('has queue URLs that name the endpoint', async () => {
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'events' }))).QueueUrl).toBe(QueueUrl);
    expect(stack.get('aws_sqs_queue.events').attributes.url).toBe(QueueUrl);
    expect(calls.at(-1)?.accesses).toEqual([
      { action: 'sqs:GetQueueUrl', resource: `arn:aws:sqs:${REGION}:000000000000:events` },
    ]);
  });

  it('does not take the old query protocol for SNS', async () => {
    const headers = { ...signed('sqs'), 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post(headers, 'Action=ListTopics')).status).toBe(400);
  });

  it('has the queues with the attributes of the stack', async () => {
    expect(await attributesOf('idle')).toMatchObject({
      VisibilityTimeout: '7',
      DelaySeconds: '0',
      MaximumMessageSize: '262144',
    });
  });

  it('hands messages to the function, and moves the poison among them, alone, to the dead letter queue', async () => {
    await Promise.all([...Array.from({ length: 12 }, (_, at) => send(`message ${at}`)), send('poison')]);
    await eventually(async () => (await attributesOf('events-dlq')).ApproximateNumberOfMessages === '1');
    await eventually(async () => (await attributesOf('events')).ApproximateNumberOfMessagesNotVisible === '0');
    const stored = messagesOf('store').flatMap((line) =>
      line.includes('"stored"') ? JSON.parse(line.slice(line.indexOf('{'))) : [],
    );
    expect(stored.map(({ body }) => body).sort()).toEqual(
      Array.from({ length: 12 }, (_, at) => `message ${at}`).sort(),
    );
    expect(stored[0]).toMatchObject({ colour: 'red', received: '1' });
  });

  it('deletes nothing when the function fails', async () => {
    await send('throw');
    await eventually(async () => (await attributesOf('events-dlq')).ApproximateNumberOfMessages === '2');
  });
});

describe('the stream of a table and its event source', () => {
  const write = (user: string) => {
    const Item = { user_key: { S: user }, item: { S: 'USER' } };
    return new DynamoDBClient(account).send(new PutItemCommand({ TableName: 'sessions', Item }));
  };
  const recorded = (user: string) =>
    messagesOf('record')
      .filter((line) => line.includes('"recorded"'))
      .map((line) => JSON.parse(line.slice(line.indexOf('{'))))
      .filter((line) => line.user === user);

  it('hands each change to the function, under the ARN of the stack', async () => {
    await write('U#a#ann');
    await eventually(() => recorded('U#a#ann').length === 1);
    expect(recorded('U#a#ann')[0]).toMatchObject({
      eventName: 'INSERT',
      eventSourceARN: stack.get('aws_dynamodb_table.sessions').attributes.stream_arn,
    });
  });

  it('hands it over again when the function has died of it, and then goes on', async () => {
    await write('U#a#deadly');
    await write('U#a#bob');
    await eventually(() => recorded('U#a#bob').length === 1);
    expect(recorded('U#a#deadly')).toHaveLength(1);
  });
});
