import { join } from 'node:path';
import { createCredentialsRegistry } from './aws-endpoint/credentials.ts';
import { createAwsServices } from './aws-endpoint/services/create-services.ts';
import { type AwsEndpointOptions, startAwsEndpoint } from './aws-endpoint/start-aws-endpoint.ts';
import { createTables, dynamoDbClient } from './dynamodb/create-tables.ts';
import { startDynamoDbLocal } from './dynamodb/start-dynamodb-local.ts';
import { startEventSources } from './event-sources/start-event-sources.ts';
import { createLambdaService } from './lambda/create-lambda-service.ts';
import type { LambdaService } from './lambda/lambda-service.ts';
import { createLogStore } from './logs/create-log-store.ts';
import type { LogStore } from './logs/log-store.ts';
import { observeFunctionLogs } from './logs/observe-logs.ts';
import { startSchedules } from './schedules/start-schedules.ts';
import { createQueues, sqsClient } from './sqs/create-queues.ts';
import { startSqs } from './sqs/start-sqs.ts';
import type { ResolvedStack } from './stack/resolved-stack.ts';

export interface CoreOptions {
  readonly stack: ResolvedStack;
  /** Tables, messages, logs and unpacked code are kept below it. */
  readonly dataDir: string;
  /** The port in the stack's `awsEndpoint`. */
  readonly awsEndpointPort: number;
  readonly maxEnvironments?: number;
  readonly admit?: AwsEndpointOptions['admit'];
  /** Gets every line that a function logs. */
  readonly onFunctionLog?: (functionName: string, line: string) => void;
  /** Told about faults of the local AWS itself. */
  readonly onError: (error: unknown) => void;
}

/** The local AWS, as far as functions see it. */
export interface Core {
  readonly lambda: LambdaService;
  readonly logs: LogStore;
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
export async function startCore(options: CoreOptions): Promise<Core> {
  const { stack, dataDir, onError } = options;
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const store = createLogStore({ dir: join(dataDir, 'logs') });
    stops.push(() => store.close());
    const logs = options.onFunctionLog === undefined ? store : observeFunctionLogs(store, options.onFunctionLog);
    const dynamodb = await startDynamoDbLocal({ dataDir: join(dataDir, 'dynamodb') });
    stops.push(() => dynamodb.stop());
    await createTables(stack, dynamoDbClient(dynamodb.endpoint, stack.region));
    const queues = await startSqs({ region: stack.region, dataDir: join(dataDir, 'sqs') });
    stops.push(() => queues.stop());
    const sqs = sqsClient(queues.origin, stack.region);
    await createQueues(stack, sqs);

    const credentials = createCredentialsRegistry();
    const awsEndpoint = `http://127.0.0.1:${options.awsEndpointPort}`;
    const lambda = createLambdaService({
      stack,
      logs,
      awsEndpoint,
      codeDir: join(dataDir, 'code'),
      issueCredentials: credentials.issue,
      ...(options.maxEnvironments === undefined ? {} : { maxEnvironments: options.maxEnvironments }),
    });
    stops.push(() => lambda.stop());
    const parts = { dynamoDbOrigin: dynamodb.endpoint, sqsOrigin: queues.origin, lambda, logs, onError };
    const endpoint = await startAwsEndpoint({
      port: options.awsEndpointPort,
      services: createAwsServices(parts),
      credentials,
      onError,
      ...(options.admit === undefined ? {} : { admit: options.admit }),
    });
    stops.push(() => endpoint.stop());
    const schedules = startSchedules({ stack, lambda, onError });
    stops.push(() => schedules.stop());
    const eventSources = startEventSources({ stack, sqs, lambda, onError });
    stops.push(() => eventSources.stop());
    return { lambda, logs, awsEndpoint, exited: dynamodb.exited.then(() => 'DynamoDB Local has ended'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
