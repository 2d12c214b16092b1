import type { KeyStore } from '../../kms/key-store.ts';
import type { LambdaService } from '../../lambda/lambda-service.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { MetricContext } from '../../metrics/actions/metric-action.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import type { AwsService } from '../aws-service.ts';
import type { CredentialsRegistry } from '../credentials.ts';
import { cloudWatchService } from './cloudwatch-service.ts';
import { type DynamoDbServiceOptions, dynamoDbService } from './dynamodb-service.ts';
import { kmsService } from './kms-service.ts';
import { lambdaEndpointService } from './lambda-service.ts';
import { logsService } from './logs-service.ts';
import { secretsService } from './secrets-service.ts';
import { sqsService } from './sqs-service.ts';
import { stsService } from './sts-service.ts';

/** The services of the local AWS, by their names in signatures. */
export function createAwsServices(parts: {
  dynamodb: DynamoDbServiceOptions;
  sqsOrigin: string;
  keys: KeyStore;
  secrets: SecretStore;
  lambda: Pick<LambdaService, 'catalog' | 'find' | 'invoke'>;
  logs: Pick<LogStore, 'events' | 'groups'>;
  monitoring: MetricContext;
  credentials: Pick<CredentialsRegistry, 'issue'>;
  onError: (error: unknown) => void;
}): Readonly<Record<string, AwsService>> {
  return {
    dynamodb: dynamoDbService(parts.dynamodb),
    kms: kmsService(parts.keys),
    lambda: lambdaEndpointService(parts.lambda, parts.onError),
    logs: logsService(parts.logs),
    monitoring: cloudWatchService(parts.monitoring),
    secretsmanager: secretsService(parts.secrets),
    sqs: sqsService(parts.sqsOrigin),
    sts: stsService(parts.credentials),
  };
}
