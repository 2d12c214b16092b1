import { randomUUID } from 'node:crypto';
import { createCursorKey, issuersAdministeredBy, parseIssuers, rightsOfService } from '@cloakroom/auth';
import { type Caller, createCursors, jsonText, type Login, type User } from '@cloakroom/core';
import { httpStack } from '@cloakroom/http';
import { createSessionStore, publicSessionId, type SessionStore } from '@cloakroom/sessions';
import {
  aCaller,
  anIssuer,
  aPolicy,
  aSignIn,
  createTestTable,
  httpApiEvent,
  lambdaContext,
  meteredDynamoDb,
  recordTelemetry,
  STORE_RULES,
  testDynamoDb,
} from '@cloakroom/testing';
import { sessionsApi } from './sessions-api.ts';

/** A moment in 2026, in epoch seconds. */
export const NOW = 1_780_000_000;
export const DAY = 24 * 3600;

const POLICY = aPolicy({ sessionLimitPolicy: 'deny' });

const SERVICE_CLIENTS = [
  'billing',
  { clientId: 'support', may: ['sessions' as const] },
  { clientId: 'privacy', may: ['users' as const] },
];

const issuerNamed = (alias: string) =>
  anIssuer({ alias, clientIds: ['web', 'billing', 'support', 'privacy'], services: SERVICE_CLIENTS });

/** At `main`, the group `admins` administers `main` and `guests`; at `other`, `admins` administers `other`. */
const ISSUERS = parseIssuers([
  { ...issuerNamed('main'), roles: [{ claim: 'groups', value: 'admins', administers: ['main', 'guests'] }] },
  issuerNamed('guests'),
  { ...issuerNamed('other'), roles: [{ claim: 'groups', value: 'admins', administers: ['other'] }] },
]);

export const newUser = (issuer = 'main'): User => ({ issuer, sub: randomUUID() });

/** Somebody of the user's issuer without a role, with or without a session. */
export function callerOf({ issuer, sub }: User, fields: Partial<Caller> = {}): Caller {
  const { sessionId, ...caller } = aCaller({ userId: sub, issuer });
  return { ...caller, ...fields };
}

export const anAdmin = (issuer = 'main'): Caller => callerOf(newUser(issuer), { groups: ['admins'] });

/** `billing` may do with records what it wants, `support` with all sessions, `privacy` with neither. */
export const aService = (issuer = 'main', clientId: 'billing' | 'support' | 'privacy' = 'billing'): Caller =>
  callerOf({ issuer, sub: clientId }, { kind: 'service', clientId });

interface Call {
  readonly caller?: Caller;
  readonly userId?: string;
  readonly sessionId?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly ifMatch?: string | null | undefined;
  readonly body?: unknown;
}

/** The function as it is deployed, but for the clock and the telemetry, on a table of its own in DynamoDB Local. */
export async function apiFixture(override: Partial<SessionStore> = {}, requireIfMatch = false) {
  const dynamodb = testDynamoDb();
  const table = await createTestTable(dynamodb, 'sessions');
  const state = { nowSeconds: NOW };
  const nowMs = () => state.nowSeconds * 1000;
  const telemetry = recordTelemetry();
  const { dynamodb: metered, takeRequests } = meteredDynamoDb(dynamodb);
  const store = createSessionStore({ ...STORE_RULES, dynamodb: metered, table, nowMs });
  await createCursorKey({ dynamodb, table }).make();
  const cursors = createCursors(createCursorKey({ dynamodb: metered, table }).require);
  const deps = {
    sessions: { ...store, ...override },
    policy: POLICY,
    requireIfMatch,
    cursors,
    nowMs,
    telemetry,
  };
  const routes = sessionsApi(deps);
  const handler = httpStack(routes, {
    allowedOrigins: [],
    telemetry,
    administers: (caller) => issuersAdministeredBy(ISSUERS, caller),
    rightsOfService: (caller) => rightsOfService(ISSUERS, caller),
  });

  async function call(
    routeKey: string,
    { caller, userId, sessionId, query, ifMatch, body }: Call,
    toEvent = httpApiEvent,
  ) {
    const event = toEvent({
      routeKey,
      pathParameters: {
        ...(userId === undefined ? {} : { userId }),
        ...(sessionId === undefined ? {} : { sessionId }),
      },
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(typeof ifMatch === 'string' ? { 'If-Match': ifMatch } : {}),
      },
      ...(query === undefined ? {} : { query }),
      ...(caller === undefined ? {} : { caller }),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const { statusCode, headers, body: text } = await handler(event, lambdaContext());
    const { data, error } = JSON.parse(text);
    return { status: statusCode, headers, text, data, error };
  }

  /** A new sign-in of the user, its session, and the caller that has it. */
  async function signIn(user: User, { data, ...fields }: Partial<Login> & { data?: object } = {}) {
    const login = aSignIn({ user, authTime: state.nowSeconds, ...fields });
    const client = { ip: '192.0.2.1', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0' };
    const request = { login, client, policy: POLICY, ...(data === undefined ? {} : { data: jsonText({ ...data }) }) };
    const { session } = await store.create(request);
    const sessionId = publicSessionId(user, session.id);
    return { sessionId, id: session.id, caller: callerOf(user, { sessionId }) };
  }

  return { dynamodb, table, deps, store, state, telemetry, takeRequests, call, signIn };
}

/** What a call that is refused comes to. */
export const failure = (status: number, code: string, field?: string) => ({
  status,
  error: { code, ...(field === undefined ? {} : { field }) },
});

export type Api = Awaited<ReturnType<typeof apiFixture>>;
