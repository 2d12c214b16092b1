import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { createTokenVerifier, parseIssuers } from '@cloakroom/auth';
import { userKey } from '@cloakroom/core';
import {
  createSessionStore,
  createTicketStore,
  formatTicket,
  parseTicket,
  rotate,
  type Session,
} from '@cloakroom/sessions';
import {
  aCreation,
  accessClaims,
  anIssuer,
  aPolicy,
  createTestSigner,
  createTestTable,
  meteredDynamoDb,
  recordTelemetry,
  STORE_RULES,
  testDynamoDb,
} from '@cloakroom/testing';
import type { SimpleAnswer } from './answer.ts';
import { createAuthorizer } from './authorizer.ts';
import { APP, httpApi, TICKETS } from './authorizer-fixture.ts';
import type { SessionBinding } from './binding.ts';

/** Epoch seconds. */
export const START = 1_800_000_000;
export const DAY = 86_400;
const POLICY = { maxSessionsPerUser: 10 };

type Client = ReturnType<typeof testDynamoDb>;

const signer = createTestSigner('ES256', 'k');
const issuer = anIssuer({ clientIds: ['web', 'app', 'jobs'], services: ['jobs'] });
const ISSUERS = parseIssuers([
  issuer,
  { ...issuer, alias: 'other', issuer: 'https://other.example' },
  { ...issuer, alias: 'sid', issuer: 'https://sid.example', loginClaim: 'sid' },
]);

/** A token of `main`, unless the claims say otherwise; one set to undefined is left out. */
export function token(claims: object): string {
  const times = { auth_time: START - 60, iat: START, exp: START + 60 * DAY };
  return signer.sign(accessClaims(START, { iss: issuer.issuer, sub: undefined, ...times, ...claims }));
}

/** An authorizer on a table of its own in DynamoDB Local, with real tokens, a clock that tests move, and a look at what is sent and what it costs. */
export async function tableFixture(binding: SessionBinding = 'strict') {
  const real = testDynamoDb();
  const table = await createTestTable(real, 'sessions');
  const inputs: object[] = [];
  const state: { nowSeconds: number; before: (name: string) => Promise<void> } = {
    nowSeconds: START,
    before: async () => undefined,
  };
  const { dynamodb, takeRequests } = meteredDynamoDb(watched(real, inputs, state));
  const nowMs = () => state.nowSeconds * 1000 + 999;
  const keys = { find: async () => [signer.publicKey] };
  const verifier = createTokenVerifier({ issuers: ISSUERS, keys, nowMs });
  const telemetry = recordTelemetry();
  const authorize = createAuthorizer({
    logSampling: 1,
    random: Math.random,
    verifier,
    sessions: createSessionStore({ ...STORE_RULES, dynamodb, table, nowMs }),
    binding,
    tickets: TICKETS,
    isIssuer: (alias) => ISSUERS.some((one) => one.alias === alias),
    loginMaxLifetimeSeconds: STORE_RULES.loginMaxLifetimeSeconds,
    idle: STORE_RULES.idle,
    nowMs,
    telemetry,
  });
  const options = { ...STORE_RULES, dynamodb: real, table, nowMs };
  const store = { ...createSessionStore(options), ...createTicketStore(options) };
  return {
    real,
    table,
    inputs,
    takeRequests,
    state,
    telemetry,
    store,
    authorize,
    /** Whether a bearer of the token may call this route, on the path of `ada`. */
    async mayCall(bearer: string, routeKey = 'GET /users/{userId}/events'): Promise<boolean> {
      const headers = { authorization: `Bearer ${bearer}` };
      const answer = await authorize(httpApi({ routeKey, headers }));
      return (answer as SimpleAnswer).isAuthorized;
    },
    /** Opens the session of a token's login, as `create-session` does. */
    async open(bearer: string): Promise<Session> {
      const verified = await verifier.verify(bearer);
      if (verified.type !== 'login') throw new Error('a service has no session');
      return (await store.create(aCreation(verified.login, POLICY))).session;
    },
    /** Opens a session of `ada` by a code exchange, as the token handler does. */
    async openTicket(): Promise<{ readonly session: Session; readonly ticket: string }> {
      const seconds = state.nowSeconds;
      const times = { authTime: seconds - 1, issuedAt: seconds, receivedAt: seconds };
      const who = { user: { issuer: 'main', sub: 'ada' }, clientId: 'web', scope: 'read', groups: [] };
      const client = { ip: '192.0.2.1', userAgent: 'test' };
      const result = await store.openTicket({
        exchange: { ...who, ...times, isSilent: false },
        client,
        policy: aPolicy(),
        recheckSeconds: 3600,
      });
      if (result.verdict !== 'open') throw new Error('the exchange opens nothing');
      return { session: result.session, ticket: formatTicket(result.cookie) };
    },
    /** Gives the session another secret, as the token handler does; returns the ticket with it. */
    async rotate(ticket: string): Promise<string> {
      const cookie = parseTicket(ticket);
      if (cookie === undefined) throw new Error('not a ticket');
      const { cookie: next, secretHash, rotation } = rotate(cookie, state.nowSeconds);
      const Key = { user_key: { S: userKey(cookie.user) }, item: { S: `SESSION#${cookie.id}` } };
      const UpdateExpression =
        'SET secret_hash = :secret, previous_secret_hash = :previous, rotation_nonce = :nonce, confirmed_at = :rotated';
      const ExpressionAttributeValues = {
        ':secret': { S: secretHash },
        ':previous': { S: rotation.previousHash },
        ':nonce': { S: rotation.nonce },
        ':rotated': { N: String(-state.nowSeconds) },
      };
      await real.send(new UpdateItemCommand({ TableName: table, Key, UpdateExpression, ExpressionAttributeValues }));
      return formatTicket(next);
    },
    /** Whether a page of ours may call this route with the ticket, on the path of `ada`. */
    async mayCallWith(ticket: string, routeKey = 'GET /users/{userId}/events'): Promise<boolean> {
      const headers = { 'x-cloakroom-csrf': '1', origin: APP, 'sec-fetch-site': 'same-site' };
      const cookies = [`${TICKETS.cookieName}=${ticket}`];
      const answer = await authorize(httpApi({ routeKey, headers, cookies }));
      return (answer as SimpleAnswer).isAuthorized;
    },
    /** Makes a record of `ada` at `main`, as a service does. */
    async record(): Promise<void> {
      const client = { ip: '192.0.2.1', userAgent: 'test' };
      await store.createRecord({ user: { issuer: 'main', sub: 'ada' }, clientId: 'jobs', client, policy: aPolicy() });
    },
    /** As ending all sessions of `ada` at `main` does first. */
    async raiseWatermark(notBefore: number): Promise<void> {
      const Key = { user_key: { S: 'U#main#ada' }, item: { S: 'USER' } };
      const ExpressionAttributeValues = { ':not_before': { N: String(notBefore) }, ':one': { N: '1' } };
      const UpdateExpression = 'SET not_before = :not_before ADD version :one';
      await real.send(new UpdateItemCommand({ TableName: table, Key, UpdateExpression, ExpressionAttributeValues }));
    },
    /** As DynamoDB does with what is past its TTL. */
    async forget(item: string): Promise<void> {
      const Key = { user_key: { S: 'U#main#ada' }, item: { S: item } };
      await real.send(new DeleteItemCommand({ TableName: table, Key }));
    },
    end: (session: Session) => store.revoke(session),
  };
}

/** A client that keeps what it is asked for, and lets a test do something before it is sent. */
function watched(real: Client, inputs: object[], hooks: { before: (name: string) => Promise<void> }): Client {
  const send = async (command: Parameters<Client['send']>[0]) => {
    await hooks.before(command.constructor.name);
    inputs.push({ ...command.input });
    return real.send(command);
  };
  return { send } as unknown as Client;
}
