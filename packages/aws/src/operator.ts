import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';

export interface OperatorOptions {
  readonly region: string;
  /** Of the local AWS, whose callers may sign with any key. Absent: AWS itself, with the credentials of the environment. */
  readonly endpoint?: string | undefined;
}

/** What a person at a terminal needs besides what functions do. Apart from the functions' session, so that no bundle carries it. */
export interface OperatorClients {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly streams: DynamoDBStreamsClient;
  readonly logs: CloudWatchLogsClient;
  readonly secrets: SecretsManagerClient;
}

export function createOperatorClients({ region, endpoint }: OperatorOptions): OperatorClients {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  // A script can wait, and asks much at once: Lambda's control plane takes 15 requests a second, FilterLogEvents of some regions 5,
  // and a table that was just made has little capacity yet.
  const options = { region, maxAttempts: 8, ...(endpoint === undefined ? {} : { endpoint, credentials }) };
  return {
    dynamodb: new DynamoDBClient(options),
    // The region's endpoint, or the local one, and not the host of a queue's URL.
    sqs: new SQSClient({ ...options, useQueueUrlAsEndpoint: false }),
    lambda: new LambdaClient(options),
    streams: new DynamoDBStreamsClient(options),
    secrets: new SecretsManagerClient(options),
    logs: new CloudWatchLogsClient(options),
  };
}
