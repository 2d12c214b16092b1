import type { Telemetry } from '@cloakroom/core';
import { type AppDynamoDb, openedAtFirstUse } from './at-first-use.ts';
import { standardRegion } from './region.ts';
import { createAwsSession } from './session.ts';
import { leanTransactions } from './transactions.ts';

export type { AppDynamoDb } from './at-first-use.ts';
export { type GivenClient, givenDynamoDb } from './given-dynamodb.ts';

interface AppOptions {
  /** Absent: the environment's, or that of the shared files. */
  readonly region?: string | undefined;
  readonly telemetry: Telemetry;
}

/**
 * DynamoDB in a process that is no function of ours, by the standard chain of regions and credentials. Nothing is read before the
 * first request, and nothing here ends the process or waits for the end of an invocation: there is no deadline but each attempt's.
 */
export function standardDynamoDb({ region, telemetry }: AppOptions): AppDynamoDb {
  return openedAtFirstUse(async () => {
    const aws = createAwsSession({ region: await standardRegion(region), telemetry });
    return { ...aws.items, ...leanTransactions(aws) };
  });
}
