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
  const options = { region, ...(endpoint === undefined ? {} : { endpoint, credentials }) };
  return {
    dynamodb: new DynamoDBClient(options),
    // The region's endpoint, or the local one, and not the host of a queue's URL.
    sqs: new SQSClient({ ...options, useQueueUrlAsEndpoint: false }),
    // Its control plane takes 15 requests a second, and there are more functions than that.
    lambda: new LambdaClient({ ...options, maxAttempts: 8 }),
    streams: new DynamoDBStreamsClient(options),
    secrets: new SecretsManagerClient(options),
    // Whoever reads many groups at once is throttled soon (some regions: 5 FilterLogEvents a second), and can wait.
    logs: new CloudWatchLogsClient({ ...options, maxAttempts: 8 }),
  };
}
