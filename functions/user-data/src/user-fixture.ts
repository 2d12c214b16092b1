import { type AttributeValue, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { createCursorKey } from '@cloakroom/auth';
import type { DynamoDb } from '@cloakroom/aws/dynamodb';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import { type Caller, createCursors, jsonText, publicUserKey, type User, userKey, uuidv7 } from '@cloakroom/core';
import { createEventEraser, createEventReader, createEventWriter } from '@cloakroom/events';
import { httpStack } from '@cloakroom/http';
import { createSessionStore } from '@cloakroom/sessions';
import {
  aCaller,
  aCreation,
  aSignIn,
  createTestTable,
  httpApiEvent,
  lambdaContext,
  recordTelemetry,
  STORE_RULES,
  testDynamoDb,
} from '@cloakroom/testing';
import { eraseUser } from './erase-user.ts';
import { exportUser } from './export-user.ts';

export const DAY = 86_400;
export const START = 1_780_000_000;
export const LOGIN_MAX_LIFETIME_SECONDS = 30 * DAY;

const EXPORT = 'GET /users/{userId}/export';
const ERASE = 'DELETE /users/{userId}';

/** Both routes on tables of their own, a clock that tests move, and what they need to fill and look into the tables. */
export async function userFixture(intercept: (dynamodb: DynamoDb) => DynamoDb = (dynamodb) => dynamodb) {
  const real = testDynamoDb();
  const [sessionsTable, eventsTable] = await Promise.all([
    createTestTable(real, 'sessions', { stream: true }),
    createTestTable(real, 'events'),
  ]);
  const clock = { seconds: START };
  const nowMs = () => clock.seconds * 1000;
  const telemetry = recordTelemetry();
  const dynamodb = intercept(real);
  const sessions = createSessionStore({ ...STORE_RULES, dynamodb, table: sessionsTable, nowMs });
  const cursorKey = createCursorKey({ dynamodb, table: sessionsTable });
  await createCursorKey({ dynamodb: real, table: sessionsTable }).make();
  const cursors = createCursors(cursorKey.require);
  const events = createEventReader({ dynamodb, table: eventsTable, cursors, nowMs });
  const eraser = createEventEraser({ dynamodb, table: eventsTable });
  const routes = {
    [EXPORT]: exportUser({ sessions, events, cursors, nowMs, telemetry }),
    [ERASE]: eraseUser({
      sessions,
      events: eraser,
      nowMs,
      telemetry,
    }),
  };
  const handler = httpStack(routes, {
    allowedOrigins: [],
    telemetry,
    administers: ({ groups }) => groups.filter((group) => group !== 'staff'),
  });
  const send = (routeKey: string, who: Caller, userId: string, query: Record<string, string> = {}) =>
    handler(httpApiEvent({ routeKey, pathParameters: { userId }, query, caller: who }), lambdaContext());

  const store = { items: sdkItems(real), retentionSeconds: 90 * DAY, table: eventsTable };
  const writers = { client: createEventWriter('client', store), system: createEventWriter('system', store) };
  return {
    real,
    sessionsTable,
    eventsTable,
    clock,
    nowMs,
    telemetry,
    cursors,
    sessions,
    export: (who: Caller, userId = who.userId, query: Record<string, string> = {}) => send(EXPORT, who, userId, query),
    /** A text is sent as it is. */
    async erase(who: Caller, user: User | string, query: Record<string, string> = {}) {
      const userId = typeof user === 'string' ? user : publicUserKey(user);
      const { statusCode, body } = await send(ERASE, who, userId, query);
      return { statusCode, body: JSON.parse(body) };
    },
    async handle(event: object) {
      const { statusCode, body } = await handler(event, lambdaContext());
      return { statusCode, body: JSON.parse(body) };
    },
    async handleText(event: object) {
      const { statusCode, body: text } = await handler(event, lambdaContext());
      return { statusCode, text };
    },
    async signIn(user: User, data?: Record<string, unknown>) {
      const login = aSignIn({ user, authTime: clock.seconds, scope: 'openid', groups: ['staff'] });
      return (await sessions.create({ ...aCreation(login), data: data && jsonText(data) })).session;
    },
    async tell(user: User, source: 'client' | 'system' = 'client') {
      const at = new Date(nowMs()).toISOString();
      const event = {
        user,
        id: uuidv7(nowMs()),
        type: 'cart.paid',
        data: jsonText({ n: 1 }),
        occurredAt: at,
        receivedAt: at,
      };
      await writers[source].put(event);
      return event;
    },
    /** Puts an item of a user into the sessions table, as nobody of ours would. */
    async put(user: User, item: string, fields: Record<string, AttributeValue> = {}): Promise<void> {
      const Item = { user_key: { S: userKey(user) }, item: { S: item }, ...fields };
      await real.send(new PutItemCommand({ TableName: sessionsTable, Item }));
    },
    /** The sort keys of all that is there of a user, in both tables. */
    async keysOf(user: User): Promise<{ sessions: string[]; events: string[] }> {
      const keys = async (TableName: string, key: string) => {
        const { Items = [] } = await real.send(
          new QueryCommand({
            TableName,
            ConsistentRead: true,
            KeyConditionExpression: 'user_key = :user',
            ExpressionAttributeValues: { ':user': { S: userKey(user) } },
          }),
        );
        return Items.map((item) => item[key]?.S ?? '');
      };
      return { sessions: await keys(sessionsTable, 'item'), events: await keys(eventsTable, 'event_key') };
    },
  };
}

/** The caller that a user is, in a session; `groups` names the issuers it administers. */
export function callerOf({ issuer, sub }: User, groups: readonly string[] = [], sessionId = 'session'): Caller {
  return aCaller({ userId: sub, issuer, sessionId, groups });
}
