import type { AwsSession } from '@cloakroom/aws';

/** Where keys that all functions share are kept. */
export interface KeyTable {
  readonly dynamodb: Pick<AwsSession['dynamodb'], 'send'>;
  /** Name of the sessions table. */
  readonly table: string;
}

/** Whether DynamoDB refused a write because its condition does not hold. */
export function isRefusedByCondition(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}
