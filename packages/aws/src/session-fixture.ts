import { isNativeError } from 'node:util/types';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import {
  type FakeAws,
  fakeAwsError,
  fakeAwsSuccess,
  type RecordedTelemetry,
  recordTelemetry,
  startFakeAws,
} from '@cloakroom/testing';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { AwsCredentialIdentity } from '@smithy/types';
import { dynamodbFrom, sdkItems } from './dynamodb.ts';
import { type AwsSession, type AwsSessionOptions, createAwsSession, type DynamoDbItems } from './index.ts';

export const OLD = { accessKeyId: 'AKIAOLDOLDOLDOLD0001', secretAccessKey: 'old-secret-of-the-test' };
export const NEW = { accessKeyId: 'AKIANEWNEWNEWNEW0002', secretAccessKey: 'new-secret-of-the-test' };
export const REGION = 'eu-central-1';
const READ = { TableName: 'sessions', Key: { user_key: { S: 'U#a#b' } } };
export const getItem = new GetItemCommand(READ);
export const askQueue = new GetQueueAttributesCommand({
  QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/000000000000/events',
});

/** A way that functions ask DynamoDB. */
interface Way {
  readonly way: string;
  itemsOf(aws: AwsSession): DynamoDbItems;
  read(aws: AwsSession): Promise<unknown>;
}

/** What holds of a session holds of each of them. */
export const WAYS: Way[] = [
  { way: 'the lean client', itemsOf: (aws) => aws.items, read: (aws) => aws.items.getItem(READ) },
  {
    way: "the SDK's client",
    itemsOf: (aws) => sdkItems(dynamodbFrom(aws)),
    read: (aws) => dynamodbFrom(aws).send(getItem),
  },
];

/** What a test sees of a session at the fake endpoint. All but the endpoint is new for each test. */
export interface SessionBench {
  fake: FakeAws;
  telemetry: RecordedTelemetry;
  /** The waits of our retries, in milliseconds; nobody really waits. */
  waits: number[];
}

/** Starts a fake AWS for the tests of a file, with the SDK's own variable pointing at it. */
export function sessionBench(): SessionBench {
  const bench = { waits: [], telemetry: recordTelemetry() } as unknown as SessionBench;
  beforeAll(async () => {
    knowErrorsOfNode();
    bench.fake = await startFakeAws();
  });
  afterAll(() => bench.fake.stop());
  beforeEach(() => {
    process.env.AWS_ENDPOINT_URL = bench.fake.url;
    bench.fake.requests.length = 0;
    bench.telemetry = recordTelemetry();
    bench.waits = [];
  });
  afterEach(() => {
    delete process.env.AWS_ENDPOINT_URL;
  });
  return bench;
}

/** A session with the old credentials, and the new ones after a refresh, unless the options say otherwise. */
export function sessionAt(bench: SessionBench, options: Partial<AwsSessionOptions> = {}): AwsSession {
  const { telemetry, waits } = bench;
  const sleep = async (ms: number) => {
    waits.push(ms);
  };
  const random = () => 0.75;
  return createAwsSession({ region: REGION, telemetry, sleep, random, credentials: inTurn(OLD, NEW), ...options });
}

/** A provider that hands out the given credentials in turn, and the last of them from then on. */
export function inTurn(...credentials: AwsCredentialIdentity[]) {
  const provider = async () => {
    provider.calls += 1;
    return credentials[Math.min(provider.calls, credentials.length) - 1] as AwsCredentialIdentity;
  };
  provider.calls = 0;
  return provider;
}

/** Accepts the new key alone; a refused one gets the error code. */
export function acceptOnlyNew({ fake }: SessionBench, code: string): void {
  fake.answer((request) =>
    request.accessKeyId === NEW.accessKeyId ? fakeAwsSuccess(request) : fakeAwsError(request.service, code),
  );
}

export function keysSeen({ fake }: SessionBench): string[] {
  return fake.requests.map(({ accessKeyId }) => accessKeyId);
}

/** Jest's realm has an Error of its own, which those of Node's sockets are not instances of: the SDK would wrap them. */
function knowErrorsOfNode(): void {
  Object.defineProperty(Error, Symbol.hasInstance, {
    configurable: true,
    value(this: unknown, value: unknown) {
      return this === Error ? isNativeError(value) : Function.prototype[Symbol.hasInstance].call(this as never, value);
    },
  });
}
