import { setTimeout as delay } from 'node:timers/promises';
import { type DynamoDBClient, QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { uuidv7 } from '@cloakroom/core';

const TABLE = 'cloakroom-dev-events';
/** Often enough for the time to be exact, seldom enough not to take the CPU of what is measured. */
const POLL_EVERY_MS = 100;

interface Posted {
  readonly userKeys: readonly string[];
  /** By the clock of this machine, in epoch milliseconds. Ids of events begin with their time. */
  readonly sinceMs: number;
}

/** The ids of the events in the table that clients of these users have posted since, as often as each is there. */
async function storedIds(dynamodb: DynamoDBClient, { userKeys, sinceMs }: Posted): Promise<string[]> {
  const since = uuidv7(sinceMs, new Uint8Array(10));
  const ids: string[] = [];
  for (const userKey of userKeys) {
    let from: QueryCommandOutput['LastEvaluatedKey'];
    do {
      const page: QueryCommandOutput = await dynamodb.send(
        new QueryCommand({
          TableName: TABLE,
          ConsistentRead: true,
          KeyConditionExpression: 'user_key = :user AND event_key > :since',
          FilterExpression: '#type = :type',
          ProjectionExpression: 'event_key',
          ExpressionAttributeNames: { '#type': 'type' },
          ExpressionAttributeValues: {
            ':user': { S: userKey },
            ':since': { S: since },
            ':type': { S: 'bench.event' },
          },
          ExclusiveStartKey: from,
        }),
      );
      ids.push(...(page.Items ?? []).map(({ event_key }) => event_key?.S?.replace(/#c$/, '') ?? ''));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }
  return ids;
}

interface WaitOptions extends Posted {
  /** How many there must be of all of them. */
  readonly count: number;
  readonly withinMs: number;
}

/** Waits until the table has so many events, or the time is up, and returns the ids that are there. */
export async function waitForEvents(
  dynamodb: DynamoDBClient,
  { count, withinMs, ...posted }: WaitOptions,
): Promise<readonly string[]> {
  for (const giveUpAt = performance.now() + withinMs; ; await delay(POLL_EVERY_MS)) {
    const ids = await storedIds(dynamodb, posted);
    if (ids.length >= count || performance.now() > giveUpAt) return ids;
  }
}
