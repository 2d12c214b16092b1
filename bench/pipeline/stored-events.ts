import { setTimeout as delay } from 'node:timers/promises';
import { type DynamoDBClient, QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';

const TABLE = 'cloakroom-dev-events';
/** Often enough for the time to be exact, seldom enough not to take the CPU of what is measured. */
const POLL_EVERY_MS = 100;

/** The ids of the events in the table that clients of these users posted, as often as each is there. */
async function storedIds(dynamodb: DynamoDBClient, userKeys: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const userKey of userKeys) {
    let from: QueryCommandOutput['LastEvaluatedKey'];
    do {
      const page: QueryCommandOutput = await dynamodb.send(
        new QueryCommand({
          TableName: TABLE,
          ConsistentRead: true,
          KeyConditionExpression: 'user_key = :user',
          FilterExpression: '#type = :type',
          ProjectionExpression: 'event_key',
          ExpressionAttributeNames: { '#type': 'type' },
          ExpressionAttributeValues: { ':user': { S: userKey }, ':type': { S: 'bench.event' } },
          ExclusiveStartKey: from,
        }),
      );
      ids.push(...(page.Items ?? []).map(({ event_key }) => event_key?.S?.replace(/#c$/, '') ?? ''));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }
  return ids;
}

interface WaitOptions {
  readonly userKeys: readonly string[];
  /** How many there must be of all of them. */
  readonly count: number;
  readonly withinMs: number;
}

/** Waits until the table has so many events, or the time is up, and returns the ids that are there. */
export async function waitForEvents(
  dynamodb: DynamoDBClient,
  { userKeys, count, withinMs }: WaitOptions,
): Promise<readonly string[]> {
  for (const giveUpAt = performance.now() + withinMs; ; await delay(POLL_EVERY_MS)) {
    const ids = await storedIds(dynamodb, userKeys);
    if (ids.length >= count || performance.now() > giveUpAt) return ids;
  }
}
