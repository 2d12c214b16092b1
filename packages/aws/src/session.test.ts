import { isNativeError } from 'node:util/types';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import {
  type FakeAws,
  fakeAwsError,
  fakeAwsSuccess,
  type RecordedTelemetry,
  recordTelemetry,
  startFakeAws,
} from '@cloakroom/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AwsCredentialIdentity } from '@smithy/types';
import { type AwsSessionOptions, createAwsSession } from './index.ts';

const region = 'eu-central-1';
const OLD = { accessKeyId: 'AKIAOLDOLDOLDOLD0001', secretAccessKey: 'old-secret-of-the-test' };
const NEW = { accessKeyId: 'AKIANEWNEWNEWNEW0002', secretAccessKey: 'new-secret-of-the-test' };
const getItem = new GetItemCommand({ TableName: 'sessions', Key: { user_key: { S: 'U#a#b' } } });
const askQueue = new GetQueueAttributesCommand({
  QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/000000000000/events',
});

let fake: FakeAws;
let telemetry: RecordedTelemetry;
let waits: number[];

// Jest's realm has an Error of its own, which those of Node's sockets are not instances of: the SDK would wrap them.
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown) {
    return this === Error ? isNativeError(value) : Function.prototype[Symbol.hasInstance].call(this as never, value);
  },
});

beforeAll(async () => {
  fake = await startFakeAws();
});
afterAll(() => fake.stop());
beforeEach(() => {
  process.env.AWS_ENDPOINT_URL = fake.url;
  fake.requests.length = 0;
  telemetry = recordTelemetry();
  waits = [];
});
afterEach(() => {
  delete process.env.AWS_ENDPOINT_URL;
});

/** A provider that hands out the given credentials in turn, and the last of them from then on. */
function inTurn(...credentials: AwsCredentialIdentity[]) {
  const provider = async () => {
    provider.calls += 1;
    return credentials[Math.min(provider.calls, credentials.length) - 1] as AwsCredentialIdentity;
  };
  provider.calls = 0;
  return provider;
}

function session(options: Partial<AwsSessionOptions> = {}) {
  const sleep = async (ms: number) => {
    waits.push(ms);
  };
  return createAwsSession({ region, telemetry, sleep, random: () => 0.75, credentials: inTurn(OLD, NEW), ...options });
}

/** Accepts the new key alone; a refused one gets the error code. */
function acceptOnlyNew(code: string) {
  fake.answer((request) =>
    request.accessKeyId === NEW.accessKeyId ? fakeAwsSuccess(request) : fakeAwsError(request.service, code),
  );
}

const keysSeen = () => fake.requests.map(({ accessKeyId }) => accessKeyId);
const codes = () => telemetry.lines.map(({ code }) => code);

describe('credentials that AWS refuses', () => {
  it.each(['UnrecognizedClientException', 'ExpiredTokenException', 'InvalidClientTokenId', 'ExpiredToken'])(
    'are resolved again after %s, and the request is signed anew, by every client',
    async (code) => {
      acceptOnlyNew(code);
      for (const send of [
        (aws = session()) => aws.dynamodb.send(getItem),
        (aws = session()) => aws.sqs.send(askQueue),
        (aws = session()) => aws.verifyIdentity(),
      ]) {
        fake.requests.length = 0;
        await send();
        expect(keysSeen()).toEqual([OLD.accessKeyId, NEW.accessKeyId]);
        expect(fake.requests[1]?.signature).not.toBe(fake.requests[0]?.signature);
      }
    },
  );

  it('are resolved again once for all requests in flight', async () => {
    acceptOnlyNew('UnrecognizedClientException');
    const credentials = inTurn(OLD, NEW);
    const aws = session({ credentials });
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? aws.dynamodb.send(getItem) : aws.sqs.send(askQueue))),
    );
    expect(credentials.calls).toBe(2);
    expect(telemetry.counts).toEqual([{ metric: 'CredentialRefresh', dimensions: {} }]);
    expect(codes().filter((code) => code === 'aws.credentials.obtained')).toHaveLength(2);
    expect(keysSeen().filter((key) => key === OLD.accessKeyId)).toHaveLength(50);
    expect(keysSeen().filter((key) => key === NEW.accessKeyId)).toHaveLength(50);
  });

  it('leave a trace in the log that names the attempt and the wait, and never the key or the secret', async () => {
    acceptOnlyNew('ExpiredTokenException');
    await session().dynamodb.send(getItem);
    expect(telemetry.lines.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'aws.credentials.obtained: Session credentials obtained successfully',
      'aws.credentials.refresh: Credential error (attempt 1/3), retrying in 0.1s with credential refresh',
      'aws.credentials.obtained: Session credentials obtained successfully',
    ]);
    expect(JSON.stringify(telemetry.lines)).not.toMatch(/AKIAOLD|AKIANEW|secret-of/);
    expect(waits).toEqual([150]);
  });

  it('are given up after three attempts, with the error of AWS', async () => {
    fake.answer(({ service }) => fakeAwsError(service, 'ExpiredTokenException'));
    const third = { accessKeyId: 'AKIATHIRDTHIRD000003', secretAccessKey: 'third' };
    const sent = session({ credentials: inTurn(OLD, NEW, third) }).dynamodb.send(getItem);
    await expect(sent).rejects.toMatchObject({ name: 'ExpiredTokenException' });
    expect(keysSeen()).toEqual([OLD.accessKeyId, NEW.accessKeyId, third.accessKeyId]);
    expect(waits).toEqual([150, 300]);
    expect(telemetry.lines.map(({ message }) => message)).toContain(
      'Credential error (attempt 2/3), retrying in 0.3s with credential refresh',
    );
  });

  it('say so when a refresh gives the same ones, and are not tried again', async () => {
    fake.answer(({ service }) => fakeAwsError(service, 'UnrecognizedClientException'));
    const sent = session({ credentials: inTurn(OLD) }).dynamodb.send(getItem);
    await expect(sent).rejects.toMatchObject({
      code: 'CREDENTIALS_UNCHANGED',
      message: expect.stringMatching(/unchanged after a refresh.*UnrecognizedClientException/),
      cause: { name: 'UnrecognizedClientException' },
    });
    expect(fake.requests).toHaveLength(1);
    expect(codes()).toContain('aws.credentials.unchanged');
  });

  it('are not tried again when the wait would end after the deadline', async () => {
    acceptOnlyNew('ExpiredTokenException');
    const aws = session();
    // 150 ms to wait, and 200 ms that belong to the answer.
    aws.before({ context: { getRemainingTimeInMillis: () => 350 } });
    await expect(aws.dynamodb.send(getItem)).rejects.toMatchObject({ name: 'ExpiredTokenException' });
    expect(fake.requests).toHaveLength(1);
    expect(waits).toEqual([]);
  });
});

it('asks once, and not again, when access is denied', async () => {
  fake.answer(({ service }) => fakeAwsError(service, 'AccessDeniedException'));
  const aws = session();
  await expect(aws.dynamodb.send(getItem)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(fake.requests).toHaveLength(1);
  expect(telemetry.counts).toEqual([]);
});

describe('an assumed role', () => {
  const ROLE = 'arn:aws:iam::000000000000:role/cloakroom';
  const credentialsOf = (key: string, expiresAt: string) =>
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken><Expiration>${expiresAt}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

  /** STS hands out ROLE1, ROLE2…; `refused` keys are refused by every service. */
  function handOutRoles(refused: string[], minutes = 60) {
    let assumed = 0;
    fake.answer((request) => {
      if (refused.includes(request.accessKeyId)) return fakeAwsError(request.service, 'ExpiredToken', 403);
      if (request.operation !== 'AssumeRole') return fakeAwsSuccess(request);
      assumed += 1;
      const body = credentialsOf(`ROLE${assumed}`, new Date(Date.now() + minutes * 60_000).toISOString());
      return { status: 200, headers: { 'content-type': 'text/xml' }, body };
    });
  }

  it('signs every request but the one that assumes it', async () => {
    handOutRoles([]);
    const aws = session({ roleArn: ROLE });
    await aws.dynamodb.send(getItem);
    const identity = await aws.verifyIdentity();
    expect(identity).toEqual({ account: '000000000000', arn: expect.stringContaining('assumed-role') });
    expect(fake.requests.map(({ operation, accessKeyId }) => [operation, accessKeyId])).toEqual([
      ['AssumeRole', OLD.accessKeyId],
      ['GetItem', 'ROLE1'],
      ['GetCallerIdentity', 'ROLE1'],
    ]);
  });

  it('is assumed again when AWS says that its credentials have expired, with own credentials renewed too if need be', async () => {
    handOutRoles(['ROLE1', OLD.accessKeyId]);
    const refusedLater = session({ roleArn: ROLE });
    await refusedLater.dynamodb.send(getItem);
    expect(fake.requests.map(({ operation, accessKeyId }) => [operation, accessKeyId])).toEqual([
      ['AssumeRole', OLD.accessKeyId],
      ['AssumeRole', NEW.accessKeyId],
      ['GetItem', 'ROLE1'],
      ['AssumeRole', NEW.accessKeyId],
      ['GetItem', 'ROLE2'],
    ]);
  });

  it('is assumed again before its credentials end', async () => {
    handOutRoles([], 60);
    let later = 0;
    const aws = session({ roleArn: ROLE, nowMs: () => Date.now() + later });
    await aws.dynamodb.send(getItem);
    later = 56 * 60_000;
    await aws.dynamodb.send(getItem);
    expect(keysSeen().filter((key) => key.startsWith('ROLE'))).toEqual(['ROLE1', 'ROLE2']);
  });

  it('passes on that it may not be assumed, without a second try', async () => {
    fake.answer(({ service }) => fakeAwsError(service, 'AccessDenied', 403));
    const aws = session({ roleArn: ROLE });
    await expect(aws.dynamodb.send(getItem)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(fake.requests).toHaveLength(1);
  });

  it('names STS when it cannot be assumed because STS is down', async () => {
    fake.answer(({ service }) => fakeAwsError(service, 'InternalFailure', 500));
    const sent = session({ roleArn: ROLE }).dynamodb.send(getItem);
    await expect(sent).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE', service: 'STSClient' });
  });

  it('tells own unchanged credentials from those of the role', async () => {
    handOutRoles([OLD.accessKeyId]);
    const aws = session({ roleArn: ROLE, credentials: inTurn(OLD) });
    await expect(aws.dynamodb.send(getItem)).rejects.toMatchObject({ code: 'CREDENTIALS_UNCHANGED' });
    expect(fake.requests).toHaveLength(1);
  });
});

describe('an outage', () => {
  it.each([
    ['a throttle', () => fakeAwsError('dynamodb', 'ThrottlingException')],
    ['a 500', () => fakeAwsError('dynamodb', 'InternalServerError', 500)],
    ['a connection that breaks', () => 'reset' as const],
  ])('is DEPENDENCY_UNAVAILABLE after three attempts: %s', async (_, answer) => {
    fake.answer(answer);
    await expect(session().dynamodb.send(getItem)).rejects.toMatchObject({
      code: 'DEPENDENCY_UNAVAILABLE',
      service: 'DynamoDBClient',
      retryAfterSeconds: 5,
      cause: expect.anything(),
    });
    expect(fake.requests).toHaveLength(3);
  });

  it('is DEPENDENCY_UNAVAILABLE when nobody listens', async () => {
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1';
    await expect(session().sqs.send(askQueue)).rejects.toMatchObject({
      code: 'DEPENDENCY_UNAVAILABLE',
      service: 'SQSClient',
    });
  });

  it('that passes is not seen', async () => {
    fake.answer((request) =>
      fake.requests.length < 3 ? fakeAwsError(request.service, 'InternalServerError', 500) : fakeAwsSuccess(request),
    );
    await session().dynamodb.send(getItem);
    expect(fake.requests).toHaveLength(3);
  });

  it('without an answer is tried again after two seconds', async () => {
    fake.answer((request) => (fake.requests.length === 1 ? 'hang' : fakeAwsSuccess(request)));
    const startedAt = Date.now();
    await session().dynamodb.send(getItem);
    expect(Date.now() - startedAt).toBeGreaterThan(1900);
    expect(fake.requests).toHaveLength(2);
  });

  it('without an answer ends in time for the invocation to give its own', async () => {
    fake.answer(() => 'hang');
    const aws = session();
    const endsAt = Date.now() + 500;
    aws.before({ context: { getRemainingTimeInMillis: () => endsAt - Date.now() } });
    await expect(aws.dynamodb.send(getItem)).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    expect(Date.now()).toBeLessThan(endsAt);
  });
});

it.each([['ConditionalCheckFailedException'], ['TransactionCanceledException'], ['ValidationException']])(
  'leaves %s to the caller',
  async (code) => {
    fake.answer(({ service }) => fakeAwsError(service, code));
    const put = new PutItemCommand({ TableName: 'sessions', Item: { user_key: { S: 'x' } } });
    await expect(session().dynamodb.send(put)).rejects.toMatchObject({ name: code });
    expect(fake.requests).toHaveLength(1);
  },
);

it('names the missing table, the region and the remedy, and creates nothing', async () => {
  process.env.AWS_ENDPOINT_URL = process.env.CLOAKROOM_TEST_DYNAMODB;
  const aws = session({ credentials: inTurn({ accessKeyId: 'test', secretAccessKey: 'test' }) });
  const missing = new GetItemCommand({ TableName: 'never-made', Key: { user_key: { S: 'x' }, item: { S: 'y' } } });
  for (let time = 0; time < 2; time += 1) {
    await expect(aws.dynamodb.send(missing)).rejects.toMatchObject({
      code: 'MISSING_TABLE',
      tables: ['never-made'],
      message: 'no table never-made in region eu-central-1: run terraform apply for this environment',
    });
  }
});

it('makes each client once, and keeps its connection', async () => {
  fake.answer(fakeAwsSuccess);
  const aws = session();
  await aws.dynamodb.send(getItem);
  await aws.dynamodb.send(getItem);
  expect(new Set(fake.requests.map(({ clientPort }) => clientPort)).size).toBe(1);
  expect(aws.dynamodb).toBe(aws.dynamodb);
  expect(aws.sqs).toBe(aws.sqs);
  expect(aws.sts).toBe(aws.sts);
});

describe('the standard chain', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  it('gives the credentials of the environment, as on Lambda', async () => {
    process.env.AWS_ACCESS_KEY_ID = NEW.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = NEW.secretAccessKey;
    acceptOnlyNew('UnrecognizedClientException');
    await createAwsSession({ region, telemetry }).dynamodb.send(getItem);
    expect(keysSeen()).toEqual([NEW.accessKeyId]);
  });

  it('is gone through again for refused credentials, and gets new ones where the container has them', async () => {
    Object.assign(process.env, {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${fake.url}/credentials`,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    });
    const handedOut = [OLD, NEW];
    fake.answer((request) => {
      if (request.accessKeyId === OLD.accessKeyId) return fakeAwsError(request.service, 'ExpiredTokenException');
      if (request.accessKeyId === NEW.accessKeyId) return fakeAwsSuccess(request);
      const { accessKeyId, secretAccessKey } = handedOut.shift() ?? OLD;
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      const body = { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: 'token', Expiration };
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    });
    await createAwsSession({ region, telemetry, random: () => 0 }).dynamodb.send(getItem);
    expect(keysSeen()).toEqual(['', OLD.accessKeyId, '', NEW.accessKeyId]);
  });
});
