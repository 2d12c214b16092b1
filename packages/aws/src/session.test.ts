import { fakeAwsError, fakeAwsSuccess } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import { dynamodbFrom } from './dynamodb.ts';
import { askQueue, getItem, inTurn, sessionAt, sessionBench, WAYS } from './session-fixture.ts';
import { sqsFrom } from './sqs.ts';
import { stsFrom, verifyIdentity } from './sts.ts';

const bench = sessionBench();

it('makes each client once', () => {
  const aws = sessionAt(bench);
  expect(aws.items).toBe(aws.items);
  expect(dynamodbFrom(aws)).toBe(dynamodbFrom(aws));
  expect(sqsFrom(aws)).toBe(sqsFrom(aws));
  expect(stsFrom(aws)).toBe(stsFrom(aws));
});

it('copies no request for the log of the SDK', () => {
  const aws = sessionAt(bench);
  for (const { middlewareStack } of [dynamodbFrom(aws), sqsFrom(aws), stsFrom(aws)]) {
    const names = middlewareStack.identify().join();
    expect(names).toContain('cloakroom');
    expect(names).not.toMatch(/logger/i);
  }
});

describe.each(WAYS)('an outage, seen through $way,', ({ read }) => {
  it.each([
    ['a throttle', () => fakeAwsError('dynamodb', 'ThrottlingException')],
    ['a 500', () => fakeAwsError('dynamodb', 'InternalServerError', 500)],
    ['a connection that breaks', () => 'reset' as const],
  ])('is DEPENDENCY_UNAVAILABLE after three attempts: %s', async (_, answer) => {
    bench.fake.answer(answer);
    await expect(read(sessionAt(bench))).rejects.toMatchObject({
      code: 'DEPENDENCY_UNAVAILABLE',
      service: 'DynamoDBClient',
      retryAfterSeconds: 5,
      cause: expect.anything(),
    });
    expect(bench.fake.requests).toHaveLength(3);
  });

  it('is DEPENDENCY_UNAVAILABLE when nobody listens', async () => {
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1';
    await expect(read(sessionAt(bench))).rejects.toMatchObject({
      code: 'DEPENDENCY_UNAVAILABLE',
      service: 'DynamoDBClient',
    });
  });

  it('that passes is not seen', async () => {
    bench.fake.answer((request) =>
      bench.fake.requests.length < 3
        ? fakeAwsError(request.service, 'InternalServerError', 500)
        : fakeAwsSuccess(request),
    );
    await read(sessionAt(bench));
    expect(bench.fake.requests).toHaveLength(3);
  });

  it('without an answer is tried again after two seconds', async () => {
    bench.fake.answer((request) => (bench.fake.requests.length === 1 ? 'hang' : fakeAwsSuccess(request)));
    const startedAt = Date.now();
    await read(sessionAt(bench));
    expect(Date.now() - startedAt).toBeGreaterThan(1900);
    expect(bench.fake.requests).toHaveLength(2);
  });

  it('without an answer ends in time for the invocation to give its own', async () => {
    bench.fake.answer(() => 'hang');
    const aws = sessionAt(bench);
    const endsAt = Date.now() + 500;
    aws.before({ context: { getRemainingTimeInMillis: () => endsAt - Date.now() } });
    await expect(read(aws)).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    expect(Date.now()).toBeLessThan(endsAt);
  });
});

it('names the service that nobody answers for', async () => {
  process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1';
  await expect(sqsFrom(sessionAt(bench)).send(askQueue)).rejects.toMatchObject({
    code: 'DEPENDENCY_UNAVAILABLE',
    service: 'SQSClient',
  });
});

it('ends a request that is given up by its signal, and does not try it again', async () => {
  const end = new AbortController();
  const abortSignal = end.signal;
  const aws = sessionAt(bench);
  const late = [verifyIdentity(aws, { abortSignal }), dynamodbFrom(aws).send(getItem, { abortSignal })];
  bench.fake.answer(() => {
    if (bench.fake.requests.length === late.length) end.abort();
    return 'hang';
  });
  for (const request of late) await expect(request).rejects.toMatchObject({ name: 'AbortError' });
  expect(bench.fake.requests).toHaveLength(late.length);
});

it('asks STS of the region, which is what the endpoint of a VPC answers for', async () => {
  delete process.env.AWS_ENDPOINT_URL;
  const aws = sessionAt(bench);
  const asked: unknown[] = [];
  stsFrom(aws).middlewareStack.add(
    () => async (args) => {
      asked.push((args.request as { hostname?: unknown }).hostname);
      throw new Error('far enough');
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await expect(verifyIdentity(aws)).rejects.toThrow('far enough');
  expect(asked).toEqual(['sts.eu-central-1.amazonaws.com']);
});

describe.each(WAYS)('what is said of a request, through $way,', ({ itemsOf, read }) => {
  it.each(['ConditionalCheckFailedException', 'TransactionCanceledException', 'ValidationException'])(
    'is left to the caller: %s',
    async (code) => {
      bench.fake.answer(({ service }) => fakeAwsError(service, code));
      const update = { TableName: 'sessions', Key: { user_key: { S: 'x' } } };
      await expect(itemsOf(sessionAt(bench)).updateItem(update)).rejects.toMatchObject({
        name: code,
        message: `${code} for the test`,
        $metadata: { httpStatusCode: 400 },
      });
      expect(bench.fake.requests).toHaveLength(1);
    },
  );

  it('names the missing table, the region and the remedy, and creates nothing', async () => {
    process.env.AWS_ENDPOINT_URL = process.env.CLOAKROOM_TEST_DYNAMODB;
    const aws = sessionAt(bench, { credentials: inTurn({ accessKeyId: 'test', secretAccessKey: 'test' }) });
    const missing = { TableName: 'never-made', Key: { user_key: { S: 'x' }, item: { S: 'y' } } };
    for (let time = 0; time < 2; time += 1) {
      await expect(itemsOf(aws).getItem(missing)).rejects.toMatchObject({
        code: 'MISSING_TABLE',
        tables: ['never-made'],
        message: 'no table never-made in region eu-central-1: run terraform apply for this environment',
      });
    }
  });

  it('comes over one connection, which is kept', async () => {
    bench.fake.answer(fakeAwsSuccess);
    const aws = sessionAt(bench);
    for (let time = 0; time < 3; time += 1) await read(aws);
    expect(new Set(bench.fake.requests.map(({ clientPort }) => clientPort)).size).toBe(1);
  });
});
