import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createCredentialsRegistry } from './aws-endpoint/credentials.ts';
import { createAwsServices } from './aws-endpoint/services/create-services.ts';
import { type AwsEndpointOptions, startAwsEndpoint } from './aws-endpoint/start-aws-endpoint.ts';
import { createTables, dynamoDbClient, tableKeys, tableKmsKeys } from './dynamodb/create-tables.ts';
import { startDynamoDbLocal } from './dynamodb/start-dynamodb-local.ts';
import { startEventSources } from './event-sources/start-event-sources.ts';
import { dynamoDbStreamsClient } from './event-sources/stream-reader.ts';
import { readPermissions } from './iam/read-permissions.ts';
import { openKeyStore } from './kms/key-store.ts';
import { readKeys } from './kms/read-keys.ts';
import { createLambdaService } from './lambda/create-lambda-service.ts';
import type { LambdaService } from './lambda/lambda-service.ts';
import { createLogStore } from './logs/create-log-store.ts';
import type { LogStore } from './logs/log-store.ts';
import { observeFunctionLogs } from './logs/observe-logs.ts';
import { stackLogGroups } from './logs/stack-log-groups.ts';
import type { AlarmChange } from './metrics/alarms/create-alarms.ts';
import { type Monitoring, startMonitoring } from './metrics/start-monitoring.ts';
import { createParts, type Parts } from './parts.ts';
import { startSchedules } from './schedules/start-schedules.ts';
import { readSecrets } from './secrets/read-secrets.ts';
import { openSecretStore } from './secrets/secret-store.ts';
import { createQueues, sqsClient } from './sqs/create-queues.ts';
import { startSqs } from './sqs/start-sqs.ts';
import type { ResolvedStack } from './stack/resolved-stack.ts';

export interface AwsOptions {
  /** May still be under way: what needs none starts beside it. */
  readonly stack: ResolvedStack | Promise<ResolvedStack>;
  /** Tables, messages, keys, secrets, logs and unpacked code are kept below it. */
  readonly dataDir: string;
  /** The port in the stack's `awsEndpoint`. */
  readonly awsEndpointPort: number;
  readonly maxEnvironments?: number;
  /** How long a transaction of DynamoDB takes at least: what meets it meanwhile is refused, as on AWS. 10 ms unless said otherwise. */
  readonly transactionWindowMs?: number;
  readonly admit?: AwsEndpointOptions['admit'];
  /** Gets every line that a function logs. */
  readonly onFunctionLog?: (functionName: string, line: string) => void;
  /** Told when an alarm comes into another state. */
  readonly onAlarm?: ((change: AlarmChange) => void) | undefined;
  /** How far the clock of metrics and alarms is ahead of the system's: tests move it, and need not wait. */
  readonly metricsAheadMs?: (() => number) | undefined;
  /** Told about faults of the local AWS itself. */
  readonly onError: (error: unknown) => void;
}

/** About what a transaction of a few items takes on AWS. */
const TRANSACTION_MS = 10;

/** The local AWS, as far as functions see it. */
export interface LocalAws {
  readonly lambda: LambdaService;
  readonly logs: LogStore;
  readonly monitoring: Monitoring;
  readonly awsEndpoint: string;
  /** Resolves when a part has ended by itself, with what can be said about it. */
  readonly exited: Promise<string>;
  /** Ends everything in reverse order, within seconds. */
  stop(): Promise<void>;
}

/**
 * Runs tables, queues, functions, event sources and schedules of the stack behind the AWS endpoint.
 * Whatever was started is ended again when a later part fails to start.
 *
 * @throws StackError when the stack asks for something that is not run here
 */
export async function startAws(options: AwsOptions): Promise<LocalAws> {
  const { dataDir, onError, transactionWindowMs = TRANSACTION_MS } = options;
  const parts = createParts();
  // Java takes longest to start, and knows nothing of the stack.
  const [dynamodb, { stack }] = await Promise.all([
    parts.start(() => startDynamoDb(dataDir)),
    parts.start(async () => ({ stack: await options.stack, stop: () => undefined })),
  ]);
  const store = await parts.start(() => openLogs(stack, dataDir));
  const dynamoDbOrigin = dynamodb.endpoint;
  const { queues, ...stores } = await startStores(parts, { stack, dataDir, dynamoDbOrigin });
  const { onAlarm, metricsAheadMs: aheadMs } = options;
  const monitoring = await parts.start(() => startMonitoring({ stack, queues, aheadMs, onAlarm, onError }));
  const logs = observeFunctionLogs(store, (functionName, line) => {
    monitoring.logged(line);
    options.onFunctionLog?.(functionName, line);
  });
  const credentials = createCredentialsRegistry();
  const codeDir = join(dataDir, 'code');
  // Every build leaves other packages behind; those of today are unpacked again in no time.
  rmSync(codeDir, { recursive: true, force: true });
  const awsEndpoint = `http://127.0.0.1:${options.awsEndpointPort}`;
  const lambda = await parts.start(() =>
    createLambdaService({
      stack,
      logs,
      awsEndpoint,
      codeDir,
      issueCredentials: credentials.issue,
      onInvoked: monitoring.invoked,
      ...(options.maxEnvironments === undefined ? {} : { maxEnvironments: options.maxEnvironments }),
    }),
  );
  await parts.start(() =>
    startAwsEndpoint({
      port: options.awsEndpointPort,
      services: createAwsServices({
        dynamodb: {
          origin: dynamoDbOrigin,
          keysOf: tableKeys(stack),
          kmsKeyOf: tableKmsKeys(stack),
          transactionWindowMs,
        },
        ...stores,
        lambda,
        logs,
        monitoring,
        credentials,
        onError,
      }),
      credentials,
      permissions: readPermissions(stack),
      onError,
      ...(options.admit === undefined ? {} : { admit: options.admit }),
    }),
  );
  await parts.start(() => startSchedules({ stack, lambda, onError }));
  await parts.start(() =>
    startEventSources({
      stack,
      sqs: sqsClient(stores.sqsOrigin, stack.region),
      streams: dynamoDbStreamsClient(dynamoDbOrigin, stack.region),
      checkpointsDir: join(dataDir, 'streams'),
      lambda,
      onError,
      onBatch(name, ageMs) {
        const target = lambda.find(name);
        if (target !== undefined) monitoring.delivered(target, ageMs);
      },
    }),
  );
  return { lambda, logs, monitoring, awsEndpoint, exited: parts.crashed, stop: parts.stop };
}

async function startDynamoDb(dataDir: string) {
  const { endpoint, exited, stop } = await startDynamoDbLocal({ dataDir: join(dataDir, 'dynamodb') });
  return { endpoint, exited: exited.then(() => 'DynamoDB Local has ended'), stop };
}

interface StoreOptions {
  readonly stack: ResolvedStack;
  readonly dataDir: string;
  readonly dynamoDbOrigin: string;
}

/** SQS, the tables and queues of the stack, its keys and its secrets. */
async function startStores(parts: Parts, { stack, dataDir, dynamoDbOrigin }: StoreOptions) {
  const once = <T>(prepare: () => Promise<T>) =>
    parts.start(async () => ({ prepared: await prepare(), stop: () => undefined }));
  const [sqs, keys, secrets] = await Promise.all([
    startQueues(),
    once(() => openKeyStore(readKeys(stack), join(dataDir, 'kms'))),
    once(() => openSecretStore(readSecrets(stack), join(dataDir, 'secrets'))),
    once(() => createTables(stack, dynamoDbClient(dynamoDbOrigin, stack.region))),
  ]);

  async function startQueues() {
    const { origin, queues } = await parts.start(() =>
      startSqs({ region: stack.region, dataDir: join(dataDir, 'sqs') }),
    );
    await once(() => createQueues(stack, sqsClient(origin, stack.region)));
    return { origin, queues };
  }
  return { sqsOrigin: sqs.origin, queues: sqs.queues, keys: keys.prepared, secrets: secrets.prepared };
}

function openLogs(stack: ResolvedStack, dataDir: string) {
  const logs = createLogStore({ dir: join(dataDir, 'logs') });
  for (const group of stackLogGroups(stack)) logs.createGroup(group);
  return { ...logs, stop: logs.close };
}
