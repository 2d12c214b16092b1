import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createCredentialsRegistry } from './aws-endpoint/credentials.ts';
import { createAwsServices } from './aws-endpoint/services/create-services.ts';
import { startAwsEndpoint } from './aws-endpoint/start-aws-endpoint.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { createTables, dynamoDbClient } from './dynamodb/create-tables.ts';
import { startDynamoDbLocal } from './dynamodb/start-dynamodb-local.ts';
import { startEventSources } from './event-sources/start-event-sources.ts';
import { startHttpApi } from './http-api/start-http-api.ts';
import { createLambdaService } from './lambda/create-lambda-service.ts';
import { createLogStore } from './logs/create-log-store.ts';
import type { LogStore } from './logs/log-store.ts';
import { createParts, type Parts } from './parts.ts';
import { startProvider } from './provider/start-provider.ts';
import { startSchedules } from './schedules/start-schedules.ts';
import { createQueues, sqsClient } from './sqs/create-queues.ts';
import { startSqs } from './sqs/start-sqs.ts';
import { readStack } from './stack/read-stack.ts';
import type { ResolvedStack } from './stack/resolved-stack.ts';

export interface LocalOptions {
  /** The synthesized cdk.tf.json. */
  readonly stackFile: string;
  /** Everything that survives a restart. */
  readonly dataDir: string;
  /** Forget what an earlier run left in the data directory. */
  readonly fresh: boolean;
  readonly ports: { readonly api: number; readonly aws: number; readonly provider: number };
  /** The most environments of one function at a time. */
  readonly maxEnvironments: number;
  /** Gets every line that a function logs. */
  readonly onFunctionLog?: (functionName: string, line: string) => void;
  /** Gets what goes wrong inside the local parts while they run. */
  readonly onError: (error: unknown) => void;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
}

/** The local AWS, running. */
export interface Local {
  /** Without a slash at the end. */
  readonly urls: { readonly api: string; readonly aws: string; readonly provider: string };
  readonly region: string;
  /** Addresses of the resources that are not run here. */
  readonly skipped: readonly string[];
  /** Resolves with the name of the first part that ended by itself. The rest still runs. */
  readonly crashed: Promise<string>;
  stop(): Promise<void>;
}

/** What this writes into the data directory; anything else in there is not ours to delete. */
const PARTS_OF_DATA_DIR = ['code', 'dynamodb', 'logs', 'provider', 'sqs', 'tokens'];

/**
 * Runs what was synthesized on this machine: tables, queues, functions, HTTP API, schedules and a sign-in provider.
 * When it resolves, every part answers and every schedule has run once; when it fails, nothing is left running.
 *
 * @throws StackError when the stack cannot be run here
 * @throws PortInUseError when something else has one of the ports
 * @throws DataDirInUseError when another stack runs on the data directory
 */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const { ports, dataDir } = options;
  const urls = {
    api: `http://127.0.0.1:${ports.api}`,
    aws: `http://127.0.0.1:${ports.aws}`,
    provider: `http://localhost:${ports.provider}`,
  };
  const stack = readStack(options.stackFile, { awsEndpoint: urls.aws, apiEndpoint: urls.api });
  const parts = createParts();
  options.signal?.addEventListener('abort', () => void parts.stop());
  const release = lockDataDir(dataDir);
  await parts.start('the data directory', async () => ({ stop: release }));
  if (options.fresh) await parts.start('an empty data directory', () => empty(dataDir));
  const logs = observed(createLogStore({ dir: join(dataDir, 'logs') }), options.onFunctionLog);
  await parts.start('the logs', () => ({ stop: () => logs.close() }));
  await startParts(parts, { ...options, stack, logs, awsEndpoint: urls.aws });
  return { urls, region: stack.region, skipped: stack.skipped, crashed: parts.crashed, stop: () => parts.stop() };
}

interface Composition extends LocalOptions {
  readonly stack: ResolvedStack;
  readonly logs: LogStore;
  readonly awsEndpoint: string;
}

/** In this order: what a part calls is there before it. */
async function startParts(parts: Parts, composition: Composition): Promise<void> {
  const { stack, logs, dataDir, ports, onError, awsEndpoint, maxEnvironments } = composition;
  const { dynamodb, sqs, queues } = await startStores(parts, composition);
  const credentials = createCredentialsRegistry();
  const lambda = await parts.start('Lambda', () =>
    createLambdaService({
      stack,
      logs,
      awsEndpoint,
      maxEnvironments,
      codeDir: join(dataDir, 'code'),
      issueCredentials: credentials.issue,
    }),
  );
  const origins = { dynamoDbOrigin: dynamodb.endpoint, sqsOrigin: sqs.origin };
  const services = createAwsServices({ ...origins, lambda, logs, onError });
  await parts.start('the AWS endpoint', () => startAwsEndpoint({ port: ports.aws, services, credentials, onError }));
  await parts.start('the provider', () => startProvider({ port: ports.provider, dataDir: join(dataDir, 'provider') }));
  await parts.start('the event sources', () => startEventSources({ stack, sqs: queues, lambda, onError }));
  const schedules = await parts.start('the schedules', () => startSchedules({ stack, lambda, onError }));
  await parts.start('the HTTP API', () => startHttpApi({ stack, lambda, logs, port: ports.api }));
  await schedules.started;
}

async function startStores(parts: Parts, { stack, dataDir }: Composition) {
  const [dynamodb, sqs] = await Promise.all([
    parts.start('DynamoDB Local', () => startDynamoDbLocal({ dataDir: join(dataDir, 'dynamodb') })),
    parts.start('SQS', () => startSqs({ region: stack.region, dataDir: join(dataDir, 'sqs') })),
  ]);
  const queues = sqsClient(sqs.origin, stack.region);
  await parts.start('the tables and queues', async () => {
    await createTables(stack, dynamoDbClient(dynamodb.endpoint, stack.region));
    await createQueues(stack, queues);
    return { stop: () => undefined };
  });
  return { dynamodb, sqs, queues };
}

async function empty(dataDir: string) {
  for (const part of PARTS_OF_DATA_DIR) await rm(join(dataDir, part), { recursive: true, force: true });
  return { stop: () => undefined };
}

const FUNCTION_GROUP = '/aws/lambda/';

function observed(logs: LogStore, onFunctionLog: LocalOptions['onFunctionLog']): LogStore {
  if (onFunctionLog === undefined) return logs;
  return {
    ...logs,
    append(group, stream, message, timestampMs) {
      logs.append(group, stream, message, timestampMs);
      if (group.startsWith(FUNCTION_GROUP)) onFunctionLog(group.slice(FUNCTION_GROUP.length), message);
    },
  };
}
