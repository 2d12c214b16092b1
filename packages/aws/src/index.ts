export { CredentialsRefusedError, DependencyUnavailableError, MissingTableError } from './errors.ts';
export type { DynamoDbItems, DynamoDbTransactions, DynamoDbWrites } from './items.ts';
export { type AwsSession, type AwsSessionOptions, awsEnv, awsSessionFrom, createAwsSession } from './session.ts';
