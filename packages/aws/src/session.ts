import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type EnvOf, type NowMs, systemNowMs, type Telemetry, text } from '@cloakroom/core';
import * as v from 'valibot';
import { type ClientOptions, createClient } from './client.ts';
import {
  assumedRole,
  type CredentialSource,
  createCredentialSource,
  type ResolveCredentials,
  standardChain,
} from './credentials.ts';
import { createDeadline, type LambdaClock } from './deadline.ts';

/**
 * The authorizer has 10 s in all (API Gateway). Three attempts of 2 s leave room for the rest of its work; a read or a
 * transaction of a few items takes less than 50 ms when DynamoDB is well.
 */
const DYNAMODB_TIMEOUT_MS = 2000;
/** Three attempts stay within API Gateway's 30 s for an integration; a send takes less than 100 ms when SQS is well. */
const SQS_TIMEOUT_MS = 3000;
const STS_TIMEOUT_MS = 3000;

export interface AwsSessionOptions {
  readonly region: string;
  /** A role to assume with the credentials of the chain; absent: those are used themselves. */
  readonly roleArn?: string | undefined;
  readonly telemetry: Telemetry;
  readonly nowMs?: NowMs;
  readonly sleep?: (ms: number) => Promise<void>;
  /** From 0 to 1; spreads retries. */
  readonly random?: () => number;
  /** Replaces the standard credential chain. Called anew for each refresh. */
  readonly credentials?: ResolveCredentials;
}

/**
 * Region, credentials and clients of one execution environment. Clients are made when first used and kept.
 * It is a Middy middleware too: `.use(aws)` tells it the deadline of each invocation.
 */
export interface AwsSession {
  readonly region: string;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly sts: STSClient;
  /** Who AWS takes us for (STS GetCallerIdentity, which needs no permission). */
  verifyIdentity(): Promise<{ readonly account: string; readonly arn: string }>;
  /** Milliseconds that the invocation leaves for AWS calls; Infinity where there is none. */
  readonly remainingMs: () => number;
  /** Hands over the Lambda context of the invocation that begins: no retry goes past its deadline. */
  before(request: { readonly context: LambdaClock }): void;
}

/**
 * Makes no network call: credentials and connections come with the first request.
 * `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>` are honoured by the SDK itself.
 */
export function createAwsSession(options: AwsSessionOptions): AwsSession {
  const { region, roleArn, telemetry, nowMs = systemNowMs, sleep = setTimeout, random = Math.random } = options;
  const deadline = createDeadline();
  const source = (resolve: ResolveCredentials) => createCredentialSource({ resolve, nowMs, telemetry });
  const client = (requestTimeoutMs: number, credentials: CredentialSource): ClientOptions => ({
    region,
    requestTimeoutMs,
    credentials,
    retry: { deadline, telemetry, sleep, random },
  });
  const stsClient = (credentials: CredentialSource) => createClient(STSClient, client(STS_TIMEOUT_MS, credentials));

  const own = source(options.credentials ?? standardChain(region));
  const used = roleArn === undefined ? own : source(assumedRole(stsClient(own), roleArn));
  const dynamodb = once(() => createClient(DynamoDBClient, client(DYNAMODB_TIMEOUT_MS, used)));
  const sqs = once(() => createClient(SQSClient, client(SQS_TIMEOUT_MS, used)));
  const sts = once(() => stsClient(used));
  return {
    region,
    get dynamodb() {
      return dynamodb();
    },
    get sqs() {
      return sqs();
    },
    get sts() {
      return sts();
    },
    async verifyIdentity() {
      const { Account = '', Arn = '' } = await sts().send(new GetCallerIdentityCommand({}));
      return { account: Account, arn: Arn };
    },
    remainingMs: deadline.remainingMs,
    before({ context }) {
      deadline.start(context);
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Lambda itself sets the region. The role is for whoever runs a function with credentials that are not those of its role. */
export const awsEnv = {
  AWS_REGION: text,
  CLOAKROOM_ROLE_ARN: v.optional(text),
};

export function awsSessionFrom(env: EnvOf<typeof awsEnv>, telemetry: Telemetry): AwsSession {
  return createAwsSession({ region: env.AWS_REGION, roleArn: env.CLOAKROOM_ROLE_ARN, telemetry });
}
