import { type AppDynamoDb, type GivenClient, givenDynamoDb, standardDynamoDb } from '@cloakroom/aws/app-dynamodb';
import type { Telemetry } from '@cloakroom/core';

interface TableAccess {
  /** The app's own client, with a region and credentials of its own; absent: one of ours, by the standard chains. */
  readonly client?: GivenClient | undefined;
  readonly region?: string | undefined;
  readonly telemetry: Telemetry;
}

/** The way to the table. Nothing is loaded, read or asked before the first request, so that making a store never fails for AWS's reasons. */
export function openTable({ client, region, telemetry }: TableAccess): AppDynamoDb {
  return client === undefined ? standardDynamoDb({ region, telemetry }) : givenDynamoDb(client);
}
