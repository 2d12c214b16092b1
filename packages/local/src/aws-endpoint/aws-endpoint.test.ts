import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from '@jest/globals';
import {
  account,
  aws,
  calls,
  eventually,
  messagesOf,
  PORT,
  post,
  REGION,
  signed,
  useLocalAws,
} from '../local-aws-fixture.ts';

useLocalAws();

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

  it('refuses what meets a transaction, as AWS does, and lets reads go on', async () => {
    const dynamodb = new DynamoDBClient({ ...account, maxAttempts: 1 });
    const Key = { user_key: { S: 'U#a#met' }, item: { S: 'USER' } };
    const free = { ...Key, item: { S: 'free' } };
    const put = (Item: typeof Key) => ({ Put: { TableName: 'sessions', Item } });
    const transact = (...TransactItems: ReturnType<typeof put>[]) =>
      dynamodb.send(new TransactWriteItemsCommand({ TransactItems }));
    const first = transact(put(Key)).then(() => 'first');
    await eventually(() => calls.at(-1)?.accesses[0]?.action === 'dynamodb:PutItem' || undefined);
    await expect(transact(put(free), put(Key))).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, TransactionConflict]',
      CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
    });
    await expect(dynamodb.send(new PutItemCommand({ TableName: 'sessions', Item: Key }))).rejects.toMatchObject({
      name: 'TransactionConflictException',
    });
    const reading = dynamodb.send(new GetItemCommand({ TableName: 'sessions', Key })).then(() => 'read');
    expect(await Promise.race([reading, first])).toBe('read');
    await first;
    await transact(put(free), put(Key));
  });

  it.each([
    ['the longest keys', 2048, 1024, undefined],
    ['a longer partition key', 2049, 1, /Size of hashkey has exceeded the maximum size limit of2048 bytes/],
    ['a longer sort key', 1, 1025, /Aggregated size of all range keys has exceeded the size limit of 1024 bytes/],
  ])('knows how long keys may be, in bytes, also where a page begins: %s', async (_, partition, sort, refusal) => {
    const Key = { user_key: { S: bytes(partition) }, item: { S: bytes(sort) } };
    const reads = [
      new GetItemCommand({ TableName: 'sessions', Key }),
      new ScanCommand({ TableName: 'sessions', ExclusiveStartKey: Key }),
      new QueryCommand({
        TableName: 'sessions',
        KeyConditionExpression: 'user_key = :user',
        ExpressionAttributeValues: { ':user': Key.user_key },
        ExclusiveStartKey: Key,
      }),
    ];
    for (const [index, read] of reads.entries()) {
      const answer = dynamodb.send(read as GetItemCommand);
      if (refusal === undefined) await expect(answer).resolves.toBeDefined();
      // DynamoDB Local refuses a key of an item by itself, in words of its own.
      else if (index === 0) await expect(answer).rejects.toMatchObject({ name: 'ValidationException' });
      else
        await expect(answer).rejects.toMatchObject({
          name: 'ValidationException',
          message: expect.stringMatching(refusal),
        });
    }
  });

  /** So many bytes, in fewer characters. */
  function bytes(count: number): string {
    return 'é'.repeat(Math.floor(count / 2)) + 'x'.repeat(count % 2);
  }

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
    const { payload } = await aws.lambda.invoke('echo', '{}');
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

  const sts = new STSClient({ ...account, maxAttempts: 1 });
  const RoleArn = 'arn:aws:iam::210987654321:role/path/data';

  it('gives credentials of a role, of another account too, and knows whoever uses them', async () => {
    const before = Date.now();
    const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me', DurationSeconds: 900 });
    const { Credentials, AssumedRoleUser } = await sts.send(assume);
    const arn = 'arn:aws:sts::210987654321:assumed-role/data/me';
    expect(AssumedRoleUser?.Arn).toBe(arn);
    expect(calls.at(-1)?.accesses).toEqual([{ action: 'sts:AssumeRole', resource: RoleArn }]);
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    const expiresInMs = Number(Credentials?.Expiration) - before;
    expect(expiresInMs).toBeGreaterThan(890_000);
    expect(expiresInMs).toBeLessThan(910_000);
    const identity = await new STSClient({ ...account, credentials }).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: '210987654321', Arn: arn });
    expect(calls.at(-1)?.caller.roleArn).toBe(RoleArn);
    const stolen = { ...credentials, sessionToken: 'another' };
    await expect(
      new STSClient({ ...account, credentials: stolen, maxAttempts: 1 }).send(new GetCallerIdentityCommand({})),
    ).rejects.toThrow();
  });

  it.each([
    ['a role that is none', { RoleArn: 'arn:aws:iam::210987654321:user/data', RoleSessionName: 'me' }],
    ['a name that is none', { RoleArn, RoleSessionName: 'm e' }],
    ['two hours', { RoleArn, RoleSessionName: 'me', DurationSeconds: 7200 }],
    ['a minute', { RoleArn, RoleSessionName: 'me', DurationSeconds: 60 }],
  ])('refuses %s', async (_, input) => {
    await expect(sts.send(new AssumeRoleCommand(input))).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('does nothing else', async () => {
    await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({ name: 'InvalidAction' });
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
