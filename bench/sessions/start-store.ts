import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Login } from '@cloakroom/core';
import { startDynamoDbLocal } from '@cloakroom/local';
import { createSessionStore, type SessionStore } from '@cloakroom/sessions';
import { aCreation, aSignIn, createTestTable, STORE_RULES } from '@cloakroom/testing';

/** The stores' tables in a DynamoDB Local of their own, in memory. */
export interface Tables {
  /** A client of the SDK as anybody makes one. */
  readonly dynamodb: DynamoDBClient;
  readonly sessions: string;
  readonly events: string;
  stop(): Promise<void>;
}

export async function startTables(): Promise<Tables> {
  const local = await startDynamoDbLocal();
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const dynamodb = new DynamoDBClient({ endpoint: local.endpoint, region: 'eu-central-1', credentials });
  return {
    dynamodb,
    sessions: await createTestTable(dynamodb, 'sessions'),
    events: await createTestTable(dynamodb, 'events'),
    async stop() {
      dynamodb.destroy();
      await local.stop();
    },
  };
}

/** The product's store on the table, by a clock that may be fast. */
export function storeOn(
  { sessions }: Pick<Tables, 'sessions'>,
  dynamodb: Pick<DynamoDBClient, 'send'>,
  nowMs = Date.now,
): SessionStore {
  return createSessionStore({ ...STORE_RULES, dynamodb, table: sessions, nowMs });
}

/** A request for the session of a new sign-in, of a new user unless told otherwise. */
export function newCreation(fields: Partial<Login> = {}) {
  return aCreation(aSignIn({ authTime: Math.floor(Date.now() / 1000), ...fields }), { maxSessionsPerUser: 10 });
}
