import { createProviderSessions, createSessionStore, type SessionStore } from '@cloakroom/sessions';
import { createTestTable, STORE_RULES, testDynamoDb } from '@cloakroom/testing';
import type { StoreMetric } from './index.ts';

/** An alias of an app with users of its own. */
const ISSUER = 'app-shop';

export const userOf = (sub: string) => ({ issuer: ISSUER, sub });

/** A table, the options of a store over it, and Cloakroom's own view of the sessions there, and of those at providers. */
export async function tableFixture() {
  const client = testDynamoDb();
  const table = await createTestTable(client, 'sessions');
  const counted: StoreMetric[] = [];
  const lines: object[] = [];
  const note = (message: string, fields: object) => lines.push({ message, ...fields });
  const remainingMs = () => Number.POSITIVE_INFINITY;
  const own = { ...STORE_RULES, dynamodb: client, table, nowMs: Date.now, remainingMs };
  const house: SessionStore = createSessionStore(own);
  return {
    client,
    table,
    counted,
    lines,
    house,
    providers: createProviderSessions(own),
    options: {
      table,
      issuer: ISSUER,
      client,
      logger: { warn: note, error: note },
      onMetric: (name: StoreMetric) => counted.push(name),
    },
    listed: async (sub: string) => (await house.list(userOf(sub))).sessions,
  };
}
