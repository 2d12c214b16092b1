import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AwsError } from './aws-endpoint/aws-error.ts';
import type { AwsCall } from './aws-endpoint/start-aws-endpoint.ts';
import { freePort } from './free-port.ts';
import type { ResolvedStack } from './stack/resolved-stack.ts';
import { type Core, startCore } from './start-core.ts';
import { testStack } from './test-stack.ts';

const PORT = await freePort();
const ENDPOINT = `http://127.0.0.1:${PORT}`;
const REGION = 'eu-central-1';
const account = { endpoint: ENDPOINT, region: REGION, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** Fails the messages that say so, throws when one says that, and writes down the others. */
const STORE = `export const handler = async ({ Records }) => {
  if (Records.some(({ body }) => body === 'throw')) throw new Error('asked to');
  const batchItemFailures = [];
  for (const { messageId, body, messageAttributes, attributes } of Records) {
    if (body === 'poison') batchItemFailures.push({ itemIdentifier: messageId });
    else console.log(JSON.stringify({ code: 'stored', body, colour: messageAttributes.colour?.stringValue, received: attributes.ApproximateReceiveCount }));
  }
  return { batchItemFailures };
};`;
/** Dies of the first change that says so: the process is gone, and the answer with it. */
const RECORD = `import { existsSync, writeFileSync } from 'node:fs';
export const handler = async ({ Records }) => {
  for (const { eventName, eventSourceARN, dynamodb } of Records) {
    const user = dynamodb.Keys.user_key.S;
    const mark = process.env.MARK + user.replaceAll('#', '-');
    if (user.includes('deadly') && !existsSync(mark)) { writeFileSync(mark, ''); process.exit(1); }
    console.log(JSON.stringify({ code: 'recorded', eventName, user, eventSourceARN }));
  }
  return { batchItemFailures: [] };
};`;
const ECHO = `export const handler = async (event) => {
  console.log('event', JSON.stringify(event));
  if (event.fail) throw new Error('asked to');
  return { event, key: process.env.AWS_ACCESS_KEY_ID, secret: process.env.AWS_SECRET_ACCESS_KEY, token: process.env.AWS_SESSION_TOKEN };
};`;

function stackOf(): ResolvedStack {
  return testStack({
    awsEndpoint: ENDPOINT,
    functions: {
      store: { code: STORE, timeout: 2 },
      echo: { code: ECHO },
      refresh: { code: ECHO },
      record: { code: RECORD, variables: { MARK: join(mkdtempSync(join(tmpdir(), 'cloakroom-')), 'died') } },
    },
    resource: {
      aws_dynamodb_table: {
        sessions: {
          name: 'sessions',
          hash_key: 'user_key',
          range_key: 'item',
          attribute: [
            { name: 'user_key', type: 'S' },
            { name: 'item', type: 'S' },
          ],
          ttl: { attribute_name: 'ttl', enabled: true },
          stream_enabled: true,
          stream_view_type: 'NEW_AND_OLD_IMAGES',
        },
      },
      aws_sqs_queue: {
        events: {
          name: 'events',
          visibility_timeout_seconds: 2,
          redrive_policy: '{"deadLetterTargetArn":"${aws_sqs_queue.dlq.arn}","maxReceiveCount":2}',
        },
        dlq: { name: 'events-dlq' },
        idle: { name: 'idle', delay_seconds: 0, visibility_timeout_seconds: 7 },
      },
      aws_lambda_event_source_mapping: {
        events: {
          event_source_arn: '${aws_sqs_queue.events.arn}',
          function_name: '${aws_lambda_alias.store.arn}',
          batch_size: 20,
          maximum_batching_window_in_seconds: 1,
          function_response_types: ['ReportBatchItemFailures'],
        },
        changes: {
          event_source_arn: '${aws_dynamodb_table.sessions.stream_arn}',
          function_name: '${aws_lambda_alias.record.arn}',
          starting_position: 'TRIM_HORIZON',
          function_response_types: ['ReportBatchItemFailures'],
          bisect_batch_on_function_error: true,
          maximum_retry_attempts: 100,
          destination_config: { on_failure: { destination_arn: '${aws_sqs_queue.dlq.arn}' } },
        },
      },
      aws_cloudwatch_event_rule: { refresh: { name: 'refresh', schedule_expression: 'rate(1 hour)' } },
      aws_cloudwatch_event_target: {
        refresh: { rule: '${aws_cloudwatch_event_rule.refresh.name}', arn: '${aws_lambda_alias.refresh.arn}' },
      },
      aws_lambda_permission: {
        refresh: {
          action: 'lambda:InvokeFunction',
          function_name: '${aws_lambda_function.refresh.function_name}',
          qualifier: '${aws_lambda_alias.refresh.name}',
          principal: 'events.amazonaws.com',
          source_arn: '${aws_cloudwatch_event_rule.refresh.arn}',
        },
      },
    },
  });
}

let stack: ResolvedStack;
let core: Core;
const calls: AwsCall[] = [];
const faults: unknown[] = [];

async function start(): Promise<void> {
  core = await startCore({
    stack,
    dataDir: join(stack.folder, 'data'),
    awsEndpointPort: PORT,
    admit(call) {
      calls.push(call);
      if (call.accesses.some(({ resource }) => resource.endsWith('table/forbidden'))) {
        throw new AwsError('AccessDeniedException', 'not this table');
      }
    },
    onError: (error) => faults.push(error),
  });
}

beforeAll(async () => {
  stack = stackOf();
  await start();
});
afterAll(() => core.stop());

async function eventually<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const endMs = Date.now() + 10_000; Date.now() < endMs; await delay(30)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error('it did not happen within 10 seconds');
}

function messagesOf(name: string): string[] {
  return (core.logs.events(`/aws/lambda/${name}`) ?? []).map(({ message }) => message);
}

function post(headers: Record<string, string>, body = '{}'): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(ENDPOINT, { method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.once('end', () => resolve({ status: response.statusCode, body: text }));
    });
    request.once('error', reject);
    request.end(body);
  });
}

function signed(service: string): Record<string, string> {
  const credential = `Credential=local/20260101/${REGION}/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=00` };
}

describe('the AWS endpoint', () => {
  it('wants a signature', async () => {
    expect((await post({})).status).toBe(403);
    expect((await post({ authorization: 'Bearer x' })).status).toBe(403);
    const unsigned = await post({ 'x-amz-target': 'DynamoDB_20120810.ListTables' });
    expect(JSON.parse(unsigned.body).__type).toBe('MissingAuthenticationTokenException');
  });

  it.each(['evil.example', `localhost.evil.example:${PORT}`, `127.0.0.1.evil.example`])(
    'refuses the host "%s"',
    async (host) => {
      expect((await post({ ...signed('dynamodb'), 'x-amz-target': 'DynamoDB_20120810.ListTables', host })).status).toBe(
        403,
      );
    },
  );

  it.each([`localhost:${PORT}`, '127.0.0.1', `[::1]:${PORT}`])('answers the host "%s"', async (host) => {
    const headers = { ...signed('dynamodb'), 'x-amz-target': 'DynamoDB_20120810.ListTables', host };
    expect((await post(headers)).status).toBe(200);
  });

  it('names a service that is not run here', async () => {
    const { status, body } = await post(signed('s3'));
    expect({ status, type: JSON.parse(body).__type }).toEqual({ status: 404, type: 'UnknownOperationException' });
    expect((await post(signed('constructor'))).status).toBe(404);
  });

  it('refuses bodies that are too large, and those that are not JSON', async () => {
    const headers = { ...signed('dynamodb'), 'x-amz-target': 'DynamoDB_20120810.PutItem' };
    expect((await post(headers, 'x'.repeat(17_000_001))).status).toBe(413);
    expect(JSON.parse((await post(headers, 'x')).body).__type).toBe('SerializationException');
    expect(JSON.parse((await post(headers, '[]')).body).__type).toBe('ValidationException');
    expect(JSON.parse((await post(signed('dynamodb'))).body).__type).toBe('UnknownOperationException');
  });

  it('knows caller, actions and resources of a call before it passes it on', async () => {
    const dynamodb = new DynamoDBClient({ ...account, maxAttempts: 1 });
    const Key = { user_key: { S: 'U#a#b' }, item: { S: 'USER' } };
    await expect(dynamodb.send(new GetItemCommand({ TableName: 'forbidden', Key }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: 'sessions', Item: Key } },
          {
            ConditionCheck: {
              TableName: 'sessions',
              Key: { ...Key, item: { S: 'x' } },
              ConditionExpression: 'attribute_not_exists(user_key)',
            },
          },
        ],
      }),
    );
    const resource = `arn:aws:dynamodb:${REGION}:000000000000:table/sessions`;
    expect(calls.at(-1)).toMatchObject({
      service: 'dynamodb',
      caller: { accessKeyId: 'local' },
      accesses: [
        { action: 'dynamodb:PutItem', resource },
        { action: 'dynamodb:ConditionCheckItem', resource },
      ],
    });
  });
});

describe('DynamoDB', () => {
  const dynamodb = new DynamoDBClient({ ...account, maxAttempts: 1 });

  it('has the tables of the stack with their TTL and stream', async () => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'sessions' }));
    expect(Table?.KeySchema?.map(({ AttributeName }) => AttributeName)).toEqual(['user_key', 'item']);
    expect(Table?.LatestStreamArn).toMatch(/^arn:aws:dynamodb:eu-central-1:000000000000:table\/sessions\/stream\//);
    const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName: 'sessions' }));
    expect(TimeToLiveDescription).toEqual({ AttributeName: 'ttl', TimeToLiveStatus: 'ENABLED' });
  });

  it('refuses PartiQL', async () => {
    const statement = new ExecuteStatementCommand({ Statement: 'SELECT * FROM sessions' });
    await expect(dynamodb.send(statement)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});

describe('STS', () => {
  it('calls a developer a local user', async () => {
    const { Arn, Account } = await new STSClient(account).send(new GetCallerIdentityCommand({}));
    expect({ Arn, Account }).toEqual({ Arn: 'arn:aws:iam::000000000000:user/local', Account: '000000000000' });
  });

  it('calls a function by its role, and wants its session token', async () => {
    const { payload } = await core.lambda.invoke('echo', '{}');
    const { key, secret, token } = JSON.parse(payload);
    const credentials = { accessKeyId: key, secretAccessKey: secret, sessionToken: token };
    const { Arn, UserId } = await new STSClient({ ...account, credentials }).send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe('arn:aws:sts::000000000000:assumed-role/role-echo/echo');
    expect(UserId).toMatch(/^AROA[A-Z2-7]{17}:echo$/);
    const stolen = new STSClient({
      ...account,
      credentials: { accessKeyId: key, secretAccessKey: secret },
      maxAttempts: 1,
    });
    await expect(stolen.send(new GetCallerIdentityCommand({}))).rejects.toThrow();
  });

  it('does nothing else', async () => {
    const assume = new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::000000000000:role/x', RoleSessionName: 'x' });
    await expect(new STSClient({ ...account, maxAttempts: 1 }).send(assume)).rejects.toMatchObject({
      name: 'InvalidAction',
    });
  });
});

describe('Lambda Invoke', () => {
  const lambda = new LambdaClient({ ...account, maxAttempts: 1 });
  const text = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString();

  it('answers with the result, the version and the tail of the log', async () => {
    const answer = await lambda.send(
      new InvokeCommand({ FunctionName: 'echo:live', Payload: '{"a":1}', LogType: 'Tail' }),
    );
    expect(JSON.parse(text(answer.Payload)).event).toEqual({ a: 1 });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '1' });
    expect(answer.FunctionError).toBeUndefined();
    expect(Buffer.from(answer.LogResult ?? '', 'base64').toString()).toMatch(
      /^START [\s\S]*event \{"a":1\}[\s\S]*REPORT /,
    );
  });

  it('takes the qualifier from the query, and no payload for an empty event', async () => {
    const answer = await lambda.send(new InvokeCommand({ FunctionName: 'echo', Qualifier: 'live' }));
    expect(JSON.parse(text(answer.Payload)).event).toEqual({});
    expect(answer.ExecutedVersion).toBe('1');
    expect(answer.LogResult).toBeUndefined();
  });

  it('says when the function has failed', async () => {
    const answer = await lambda.send(new InvokeCommand({ FunctionName: 'echo', Payload: '{"fail":true}' }));
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '$LATEST' });
    expect(JSON.parse(text(answer.Payload))).toMatchObject({ errorType: 'Error', errorMessage: 'asked to' });
  });

  it('takes events, which run later', async () => {
    const command = new InvokeCommand({ FunctionName: 'echo', InvocationType: 'Event', Payload: '{"later":true}' });
    expect((await lambda.send(command)).StatusCode).toBe(202);
    await eventually(() => messagesOf('echo').find((line) => line.includes('{"later":true}')));
  });

  it('tries out whether an invocation would be allowed', async () => {
    const command = new InvokeCommand({ FunctionName: 'echo', InvocationType: 'DryRun', Payload: '{"dry":true}' });
    expect((await lambda.send(command)).StatusCode).toBe(204);
    expect(messagesOf('echo').some((line) => line.includes('"dry"'))).toBe(false);
  });

  it.each([
    ['an unknown function', { FunctionName: 'nobody' }, 'ResourceNotFoundException', 404],
    ['an unknown alias', { FunctionName: 'echo:stale' }, 'ResourceNotFoundException', 404],
    ['a payload that is not JSON', { FunctionName: 'echo', Payload: '{' }, 'InvalidRequestContentException', 400],
    [
      'a payload of more than 6 MB',
      { FunctionName: 'echo', Payload: `"${'x'.repeat(6_291_456)}"` },
      'RequestTooLargeException',
      413,
    ],
    [
      'an event of more than 1 MB',
      { FunctionName: 'echo', InvocationType: 'Event' as const, Payload: `"${'x'.repeat(1_048_576)}"` },
      'RequestTooLargeException',
      413,
    ],
  ])('refuses %s', async (_, input, name, status) => {
    await expect(lambda.send(new InvokeCommand(input))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: status },
    });
  });
});

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

describe('CloudWatch Logs', () => {
  const logs = new CloudWatchLogsClient({ ...account, maxAttempts: 1 });
  const logGroupName = '/aws/lambda/echo';
  const echo = (event: object) => core.lambda.invoke('echo', JSON.stringify(event));

  it('lists the group of every function', async () => {
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/lambda/' }));
    expect(logGroups?.map((group) => group.logGroupName)).toEqual([
      '/aws/lambda/echo',
      '/aws/lambda/record',
      '/aws/lambda/refresh',
      '/aws/lambda/store',
    ]);
  });

  it('finds lines by term, time and page, under ids that do not change', async () => {
    const startTime = Date.now();
    await echo({ find: 'one' });
    await echo({ find: 'two' });
    const find = (rest: object = {}) =>
      logs.send(new FilterLogEventsCommand({ logGroupName, startTime, filterPattern: '"find" -START', ...rest }));
    const { events = [], nextToken } = await find();
    expect(events.map(({ message }) => message?.match(/\{.*\}/)?.[0])).toEqual(['{"find":"one"}', '{"find":"two"}']);
    expect(nextToken).toBeUndefined();
    expect((await find()).events).toEqual(events);
    const first = await find({ limit: 1 });
    const second = await find({ limit: 1, nextToken: first.nextToken });
    expect([...(first.events ?? []), ...(second.events ?? [])]).toEqual(events);
    expect((await find({ startTime: Date.now() + 1000 })).events).toEqual([]);
    expect((await find({ logStreamNamePrefix: 'none' })).events).toEqual([]);
    expect((await find({ logStreamNames: [events[0]?.logStreamName] })).events).not.toEqual([]);
  });

  it('finds lines by a field of their JSON', async () => {
    await echo({ code: 'aws.credentials.refresh' });
    const find = async (filterPattern: string) =>
      (await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }))).events?.length;
    expect(await find('{ $.code = "aws.credentials.refresh" }')).toBe(1);
    expect(await find('{ $.code = "aws.*" }')).toBe(1);
    expect(await find('{ $.code = "other" }')).toBe(0);
  });

  it('refuses patterns and input it does not understand', async () => {
    const filter = (input: object) => logs.send(new FilterLogEventsCommand({ logGroupName, ...input }));
    const invalid = { name: 'InvalidParameterException' };
    await expect(filter({ filterPattern: '{ $.a = 1 && $.b = 2 }' })).rejects.toMatchObject(invalid);
    await expect(filter({ filterPattern: '%regex%' })).rejects.toMatchObject(invalid);
    await expect(filter({ limit: 0 })).rejects.toMatchObject(invalid);
    await expect(filter({ logGroupName: undefined })).rejects.toMatchObject(invalid);
    await expect(filter({ logGroupName: '/none' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const unknown = await post({ ...signed('logs'), 'x-amz-target': 'Logs_20140328.PutLogEvents' });
    expect(unknown.status).toBe(400);
  });

  it('reads a stream forwards and backwards', async () => {
    await echo({ read: 'me' });
    const { logStreams = [] } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', descending: true }),
    );
    const logStreamName = logStreams[0]?.logStreamName;
    const read = (rest: object) => logs.send(new GetLogEventsCommand({ logGroupName, logStreamName, ...rest }));
    const all = (await read({ startFromHead: true })).events ?? [];
    expect(all.at(-1)?.message).toMatch(/^REPORT/);
    const head = await read({ startFromHead: true, limit: 2 });
    const next = await read({ nextToken: head.nextForwardToken, limit: 1 });
    expect([...(head.events ?? []), ...(next.events ?? [])]).toEqual(all.slice(0, 3));
    const tail = await read({ limit: 1 });
    const before = await read({ nextToken: tail.nextBackwardToken, limit: 1 });
    expect([...(before.events ?? []), ...(tail.events ?? [])]).toEqual(all.slice(-2));
    const end = await read({ nextToken: tail.nextForwardToken });
    expect(end).toMatchObject({ events: [], nextForwardToken: tail.nextForwardToken });
  });
});

const hasCli = spawnSync('aws', ['--version']).status === 0;
(hasCli ? it : it.skip)(
  'speaks to the AWS CLI (skipped where it is not installed)',
  async () => {
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: ENDPOINT,
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'cli',
      AWS_SECRET_ACCESS_KEY: 'cli',
    };
    const aws = async (line: string) => (await promisify(execFile)('aws', line.split(' '), { env })).stdout;
    const tail = await aws(
      'lambda invoke --function-name echo --log-type Tail --query LogResult --output text /dev/null',
    );
    expect(tail).toMatch(/^[\w+/=]+\n$/);
    expect(await aws('logs filter-log-events --log-group-name /aws/lambda/echo --filter-pattern REPORT')).toContain(
      'Billed',
    );
    // Version 1 of the CLI does not read AWS_ENDPOINT_URL for SQS.
    expect(await aws(`sqs get-queue-url --queue-name idle --output text --endpoint-url ${ENDPOINT}`)).toBe(
      `${ENDPOINT}/000000000000/idle\n`,
    );
  },
  30_000,
);

it('runs what is scheduled at the start', async () => {
  const line = await eventually(() => messagesOf('refresh').find((message) => message.includes('Scheduled Event')));
  expect(JSON.parse(line.slice(line.indexOf('{')))).toMatchObject({
    source: 'aws.events',
    resources: [`arn:aws:events:${REGION}:000000000000:rule/refresh`],
  });
});

it('finds items, messages and logs again after a restart', async () => {
  const Key = { user_key: { S: 'U#a#kept' }, item: { S: 'USER' } };
  const QueueUrl = `${ENDPOINT}/000000000000/idle`;
  await new DynamoDBClient(account).send(new PutItemCommand({ TableName: 'sessions', Item: Key }));
  await new SQSClient(account).send(new SendMessageCommand({ QueueUrl, MessageBody: 'kept' }));
  const logged = core.logs.events('/aws/lambda/echo');
  const startedMs = Date.now();
  await core.stop();
  expect(Date.now() - startedMs).toBeLessThan(5000);
  await start();
  expect((await new DynamoDBClient(account).send(new GetItemCommand({ TableName: 'sessions', Key }))).Item).toEqual(
    Key,
  );
  const { Messages } = await new SQSClient(account).send(new ReceiveMessageCommand({ QueueUrl }));
  expect(Messages?.map(({ Body }) => Body)).toEqual(['kept']);
  expect(core.logs.events('/aws/lambda/echo')).toEqual(logged);
  // The stream goes on where it was: what was recorded is not recorded again, and what was not is.
  const changes = () => messagesOf('record').filter((line) => line.includes('"recorded"'));
  await eventually(() => changes().some((line) => line.includes('U#a#kept')));
  expect(changes().filter((line) => line.includes('U#a#ann'))).toHaveLength(1);
});

it('had no fault of its own', () => expect(faults).toEqual([]));

it('ends what it has started when the rest cannot start', async () => {
  const broken = testStack({
    resource: { aws_cloudwatch_event_rule: { x: { name: 'x', schedule_expression: 'cron(* * * * ? *)' } } },
  });
  const port = await freePort();
  const starting = startCore({
    stack: broken,
    dataDir: join(broken.folder, 'data'),
    awsEndpointPort: port,
    onError: () => undefined,
  });
  await expect(starting).rejects.toThrow('only rate');
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
});
