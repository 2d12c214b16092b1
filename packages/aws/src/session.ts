import { setTimeout } from 'node:timers/promises';
import { describeError, type EnvOf, type NowMs, systemNowMs, type Telemetry, text } from '@cloakroom/core';
import * as v from 'valibot';
import { type ClientClass, createClient, type Extensible } from './client.ts';
import { createCredentialHealth } from './credential-health.ts';
import { standardCredentials } from './credential-providers.ts';
import { type CredentialSource, createCredentialSource, type ResolveCredentials } from './credentials.ts';
import { createDeadline, type LambdaClock } from './deadline.ts';
import { createEnvironmentEnd, type EndEnvironment, type FinishedInvocation } from './end-environment.ts';
import type { DynamoDbItems, DynamoDbWrites } from './items.ts';
import { assumedRole } from './lean/assume-role.ts';
import { type AskDynamoDb, createLeanDynamoDb, leanItems } from './lean/dynamodb-items.ts';
import { type EndpointService, endpointOf } from './lean/endpoint.ts';
import { environment } from './lean/environment.ts';
import type { SignedClientOptions } from './lean/signed-client.ts';

const DEAD =
  'AWS refused the credentials of this process in every request of two invocations in a row, and they cannot change while it lives: it ends, so that Lambda starts one with good credentials. If new ones end like this too, its role or its way to AWS is at fault: see docs/vpc-credentials.md';

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
  /** Ends the process when its credentials are of no use any more. Absent outside Lambda: nobody would start another one. */
  readonly endEnvironment?: EndEnvironment | undefined;
}

/**
 * Region, credentials and clients of one execution environment. Clients are made when first used and kept.
 * It is a Middy middleware too: `.use(aws)` tells it the deadline of each invocation, and lets it see the answer. It belongs
 * outermost, where the answer is as the caller gets it.
 */
export interface AwsSession {
  readonly region: string;
  /** DynamoDB for hot code, without the SDK. */
  readonly items: DynamoDbItems & DynamoDbWrites;
  /** The same client, for operations that `items` has not: see `leanTransactions`. */
  readonly askDynamoDb: AskDynamoDb;
  /**
   * The SDK's client of a service. Whoever needs it names its class, so that no other function carries its code.
   */
  client<C extends Extensible>(of: ServiceClient<C>): C;
  /** Milliseconds that the invocation leaves for AWS calls; Infinity where there is none. */
  readonly remainingMs: () => number;
  /** Hands over the Lambda context of the invocation that begins: no retry goes past its deadline. */
  before(request: { readonly context: LambdaClock }): void;
  /** Ends an environment whose credentials were refused throughout in two invocations in a row, after the answer has left. */
  after(request: FinishedInvocation): Promise<void>;
  onError(request: FinishedInvocation): Promise<void>;
}

/** A service of AWS, by the class of its client. */
interface ServiceClient<C> {
  /** As people know it. */
  readonly service: string;
  readonly Client: ClientClass<C>;
  /** For one attempt, connecting included. */
  readonly requestTimeoutMs: number;
}

/**
 * Makes no network call: credentials and connections come with the first request.
 * `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>` are honoured by the SDK's clients, and by those without it.
 */
export function createAwsSession(options: AwsSessionOptions): AwsSession {
  const { region, roleArn, telemetry, nowMs = systemNowMs, sleep = setTimeout, random = Math.random } = options;
  const { endEnvironment } = options;
  const deadline = createDeadline();
  const health = createCredentialHealth();
  const source = (resolve: ResolveCredentials) => createCredentialSource({ resolve, nowMs, telemetry });
  const retry = { deadline, health, telemetry, sleep, random };
  /** In the words that people look for. */
  function created<C>(service: string, made: C): C {
    telemetry.log.info('aws.client.created', `${service} client created successfully`, { region });
    return made;
  }
  const lean = (service: EndpointService, credentials: CredentialSource): SignedClientOptions => ({
    ...retry,
    source: credentials,
    region,
    nowMs,
    endpoint: endpointOf(service, region, environment()),
  });

  const own = source(options.credentials ?? standardCredentials(region));
  const used = roleArn === undefined ? own : source(assumedRole(lean('sts', own), roleArn));
  const dynamodb = once(() => created('DynamoDB', createLeanDynamoDb(lean('dynamodb', used))));
  const items = once(() => leanItems(dynamodb()));
  const clients = new Map<unknown, unknown>();
  function clientOf<C extends Extensible>({ service, Client, requestTimeoutMs }: ServiceClient<C>): C {
    if (!clients.has(Client)) {
      clients.set(
        Client,
        created(service, createClient(Client, { region, requestTimeoutMs, credentials: used, retry })),
      );
    }
    return clients.get(Client) as C;
  }

  async function finish(invocation: FinishedInvocation): Promise<void> {
    if (!health.finish() || endEnvironment === undefined) return;
    telemetry.log.error('aws.credentials.dead', DEAD);
    await endEnvironment(invocation).catch((error: unknown) => {
      // The caller gets the answer on the usual way, and the next invocation is another chance.
      telemetry.log.error('aws.credentials.not_ended', 'This process could not end itself', {
        error: describeError(error),
      });
    });
  }
  return {
    region,
    get items() {
      return items();
    },
    get askDynamoDb() {
      return dynamodb();
    },
    client: clientOf,
    remainingMs: deadline.remainingMs,
    before({ context }) {
      deadline.start(context);
      health.begin();
    },
    after: finish,
    onError: finish,
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Lambda itself sets the region and the address of its Runtime API. The role is for whoever runs a function with credentials that are not those of its role. */
export const awsEnv = {
  AWS_REGION: text,
  AWS_LAMBDA_RUNTIME_API: v.optional(text),
  CLOAKROOM_ROLE_ARN: v.optional(text),
};

export function awsSessionFrom(env: EnvOf<typeof awsEnv>, telemetry: Telemetry): AwsSession {
  const { AWS_REGION, AWS_LAMBDA_RUNTIME_API: runtimeApi, CLOAKROOM_ROLE_ARN } = env;
  const endEnvironment = runtimeApi === undefined ? undefined : createEnvironmentEnd(runtimeApi);
  return createAwsSession({ region: AWS_REGION, roleArn: CLOAKROOM_ROLE_ARN, telemetry, endEnvironment });
}
