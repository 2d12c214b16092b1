import type { Service, VerifiedToken } from '@cloakroom/auth';
import type { Login, User } from '@cloakroom/core';
import type { TicketRules } from '@cloakroom/http';
import type { EndedSession, Session, SessionUse, TouchOutcome, UnknownSession, UserRecord } from '@cloakroom/sessions';
import { recordTelemetry } from '@cloakroom/testing';
import { createAuthorizer } from './authorizer.ts';
import type { SessionBinding } from './binding.ts';

/** Epoch seconds. */
export const NOW = 1_800_000_000;
export const HOUR = 3600;
export const user: User = { issuer: 'main', sub: 'ada' };
export const LOGIN_ID = 'AAAAAAAAAAAAAAAAAAAAAA';
export const TOKEN = 'canaryheader.canarypayload.canarysignature';
export const STAGE = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/prod';

export const login: Login = {
  user,
  loginId: LOGIN_ID,
  claim: 'origin_jti',
  clientId: 'web',
  authTime: NOW - 60,
  scope: 'read write',
  groups: ['staff', 'ops'],
  acr: '2',
};
export const session: Session = {
  user,
  id: LOGIN_ID,
  kind: 'bearer',
  createdAt: NOW - HOUR,
  lastSeenAt: NOW - 10,
  idleExpiresAt: NOW + HOUR,
  absoluteExpiresAt: NOW + 9 * HOUR,
  authTime: NOW - 60,
  loginId: LOGIN_ID,
  clientId: 'web',
  scope: 'old scope of the sign-in',
  groups: [],
  ip: '192.0.2.1',
  userAgent: 'canary-agent',
  version: 1,
  ttl: NOW + 9 * HOUR,
};
export const untouched: Session = { ...session, lastSeenAt: NOW - HOUR };

export const httpApi = (changes: object = {}) => ({
  version: '2.0',
  type: 'REQUEST',
  routeKey: 'GET /users/{userId}/events',
  rawPath: '/users/ada/events',
  headers: { authorization: `Bearer ${TOKEN}` },
  pathParameters: { userId: 'ada' },
  ...changes,
});
export const restRequest = (changes: object = {}) => ({
  type: 'REQUEST',
  methodArn: `${STAGE}/GET/users/ada/events`,
  resource: '/users/{userId}/events',
  path: '/users/ada/events',
  httpMethod: 'GET',
  headers: { Authorization: `Bearer ${TOKEN}` },
  multiValueHeaders: { Authorization: [`Bearer ${TOKEN}`] },
  pathParameters: { userId: 'ada' },
  ...changes,
});
export const restToken = (changes: object = {}) => ({
  type: 'TOKEN',
  authorizationToken: `Bearer ${TOKEN}`,
  methodArn: `${STAGE}/GET/users/ada/events`,
  ...changes,
});

/** As in AWS's documentation of WebSocket APIs. */
export const connect = (changes: object = {}) => ({
  type: 'REQUEST',
  methodArn: `${STAGE}/$connect`,
  headers: { Host: 'abc123.execute-api.eu-central-1.amazonaws.com', Authorization: `Bearer ${TOKEN}` },
  queryStringParameters: { room: 'lobby' },
  stageVariables: {},
  requestContext: {
    routeKey: '$connect',
    eventType: 'CONNECT',
    messageDirection: 'IN',
    stage: 'prod',
    connectionId: 'fusRueBqFiACJLg=',
    apiId: 'abc123',
  },
  isBase64Encoded: false,
  ...changes,
});

export interface WorldOptions {
  /** What reading the login's session answers, one after the other, the last one for ever. */
  readonly stored?: readonly (Session | undefined | Error)[];
  /** What reading all of the user answers, likewise. */
  readonly sessions?: readonly (readonly Session[] | Error)[];
  /** What stands in the places of sessions of the user, and is not understood. */
  readonly unknown?: readonly UnknownSession[];
  readonly notBefore?: number;
  /** What became of the login. */
  readonly ended?: EndedSession | Error | undefined;
  /** Whether its provider session is burnt. */
  readonly burnt?: boolean | Error;
  readonly touch?: TouchOutcome | Error;
  readonly verified?: Login | Error;
  /** The token is a service's. */
  readonly service?: Service;
  readonly binding?: SessionBinding;
  readonly tickets?: TicketRules;
  readonly logSampling?: number;
  readonly random?: () => number;
}

export const APP = 'https://app.example.com';
export const NO_TICKETS: TicketRules = { areAccepted: false, cookieName: '__Host-cloakroom', allowedOrigins: [APP] };
export const TICKETS: TicketRules = { ...NO_TICKETS, areAccepted: true };

/** An authorizer, and all that it read, touched, logged and counted. */
export function createWorld(options: WorldOptions = {}) {
  const { stored = [session], sessions = [[session]], touch = 'touched', verified = login, service } = options;
  const telemetry = recordTelemetry();
  const reads: unknown[][] = [];
  const touched: unknown[] = [];
  /** What each touch was to write down. */
  const uses: (SessionUse | undefined)[] = [];
  const nthRead = (name: string) => reads.filter(([read]) => read === name).length - 1;
  const record: UserRecord = {
    version: 1,
    notBefore: options.notBefore ?? 0,
    reauthAfter: 0,
    recentCreations: [],
    recentSilent: [],
  };
  const authorize = createAuthorizer({
    verifier: {
      async verify(): Promise<VerifiedToken> {
        return service === undefined ? { type: 'login', login: orThrow(verified) } : { type: 'service', service };
      },
    },
    sessions: {
      async get(of, id) {
        reads.push(['get', of, id]);
        return orThrow(stored[Math.min(nthRead('get'), stored.length - 1)]);
      },
      async getUser(of) {
        reads.push(['getUser', of]);
        return {
          sessions: orThrow(sessions[Math.min(nthRead('getUser'), sessions.length - 1)] ?? []),
          unknown: options.unknown ?? [],
          record,
        };
      },
      async getEnded(of, id) {
        reads.push(['getEnded', of, id]);
        return orThrow(options.ended);
      },
      async isBurnt(of, sidHash) {
        reads.push(['isBurnt', of, sidHash]);
        return orThrow(options.burnt ?? false);
      },
      async touch({ id }, use) {
        touched.push(id);
        uses.push(use);
        return orThrow(touch);
      },
    },
    binding: options.binding ?? 'strict',
    tickets: options.tickets ?? NO_TICKETS,
    isIssuer: (alias) => alias === 'main',
    loginMaxLifetimeSeconds: 30 * 24 * HOUR,
    idle: { bearerIdleSeconds: HOUR, ticketIdleSeconds: 1800, touchIntervalSeconds: 300 },
    logSampling: options.logSampling ?? 1,
    random: options.random ?? (() => 0.999),
    nowMs: () => NOW * 1000 + 999,
    telemetry,
  });
  return { authorize, telemetry, reads, touched, uses };
}

function orThrow<T>(value: T | Error): T {
  if (value instanceof Error) throw value;
  return value;
}
