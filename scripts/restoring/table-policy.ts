import { GetResourcePolicyCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDb } from '@cloakroom/aws/dynamodb';
import { isObject } from '@cloakroom/core';

/** The statements of a table's own policy; undefined where it has none. */
export async function readPolicy(dynamodb: DynamoDb, ResourceArn: string): Promise<readonly unknown[] | undefined> {
  try {
    const { Policy } = await dynamodb.send(new GetResourcePolicyCommand({ ResourceArn }));
    const policy: unknown = JSON.parse(Policy ?? '{}');
    return isObject(policy) ? [policy.Statement ?? []].flat() : undefined;
  } catch (error) {
    if (error instanceof Error && error.name === 'PolicyNotFoundException') return undefined;
    throw error;
  }
}
