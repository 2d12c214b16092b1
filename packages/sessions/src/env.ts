import type { AwsSession, DynamoDbItems } from '@cloakroom/aws';
import { dynamodbFrom } from '@cloakroom/aws/dynamodb';
import { kmsFrom } from '@cloakroom/aws/kms';
import { type EnvOf, type NowMs, oneOf, positiveInt, secondsOrHoursIn, text } from '@cloakroom/core';
import { type ActiveSessions, createActiveSessions } from './active-sessions.ts';
import { createFollowUps, type FollowUps } from './follow-ups.ts';
import type { Lifetimes } from './model/lifetime.ts';
import type { CreationPolicy } from './model/new-session.ts';
import { createProviderSessions, type ProviderSessions } from './provider-sessions.ts';
import { createSessionStore, type SessionStore, type SessionStoreOptions } from './session-store.ts';
import { createTicketStore, type TicketStore } from './ticket-store.ts';
import { createTokenStore, type TokenStore } from './tokens/token-store.ts';

export const sessionsTableEnv = { SESSIONS_TABLE: text };

/** What every store of sessions is told, whatever it is there for. */
export const sessionEnv = {
  ...sessionsTableEnv,
  BEARER_IDLE_SECONDS: positiveInt,
  TICKET_IDLE_SECONDS: positiveInt,
  LOGIN_MAX_LIFETIME_SECONDS: positiveInt,
  TOUCH_INTERVAL_SECONDS: positiveInt,
};

export const absoluteEnv = { SESSION_ABSOLUTE_SECONDS: secondsOrHoursIn('SESSION_TTL_HOURS') };

/** For whoever makes sessions of sign-ins. */
export const creationEnv = {
  ...absoluteEnv,
  BOOTSTRAP: oneOf('on', 'off'),
  BOOTSTRAP_MAX_AUTH_AGE_SECONDS: positiveInt,
  MAX_CREATIONS_PER_HOUR: positiveInt,
  MAX_SESSIONS_PER_USER: positiveInt,
  SESSION_LIMIT_POLICY: oneOf('evict-oldest', 'deny'),
};

/** For whoever keeps what the provider gave for a session. */
export const tokensEnv = {
  ...sessionsTableEnv,
  /** ARN of the KMS key. */
  TOKENS_KEY_ARN: text,
};

interface SessionStoreParts {
  readonly aws: Pick<AwsSession, 'client' | 'remainingMs'>;
  readonly nowMs: NowMs;
}

export function sessionStoreFrom(env: EnvOf<typeof sessionEnv>, parts: SessionStoreParts): SessionStore {
  return createSessionStore(storeOptions(env, parts));
}

export function providerSessionsFrom(env: EnvOf<typeof sessionEnv>, parts: SessionStoreParts): ProviderSessions {
  return createProviderSessions(storeOptions(env, parts));
}

export function followUpsFrom(env: EnvOf<typeof sessionEnv>, parts: SessionStoreParts): FollowUps {
  return createFollowUps(storeOptions(env, parts));
}

export function ticketStoreFrom(env: EnvOf<typeof sessionEnv>, parts: SessionStoreParts): TicketStore {
  return createTicketStore(storeOptions(env, parts));
}

function storeOptions(env: EnvOf<typeof sessionEnv>, { aws, nowMs }: SessionStoreParts): SessionStoreOptions {
  const { remainingMs } = aws;
  return { dynamodb: dynamodbFrom(aws), remainingMs, table: env.SESSIONS_TABLE, nowMs, ...lifetimesFrom(env) };
}

/** For whoever lets requests in, and does nothing else with sessions. */
export function activeSessionsFrom(
  env: EnvOf<typeof sessionEnv>,
  parts: { readonly items: DynamoDbItems; readonly nowMs: NowMs },
): ActiveSessions {
  return createActiveSessions({ ...parts, table: env.SESSIONS_TABLE, idle: lifetimesFrom(env).idle });
}

interface TokenStoreParts {
  readonly aws: Pick<AwsSession, 'client'>;
  readonly nowMs: NowMs;
}

export function tokenStoreFrom(env: EnvOf<typeof tokensEnv>, { aws, nowMs }: TokenStoreParts): TokenStore {
  return createTokenStore({
    nowMs,
    dynamodb: dynamodbFrom(aws),
    table: env.SESSIONS_TABLE,
    kms: kmsFrom(aws),
    keyId: env.TOKENS_KEY_ARN,
  });
}

export function lifetimesFrom(env: EnvOf<typeof sessionEnv>): Lifetimes {
  return {
    idle: {
      bearerIdleSeconds: env.BEARER_IDLE_SECONDS,
      ticketIdleSeconds: env.TICKET_IDLE_SECONDS,
      touchIntervalSeconds: env.TOUCH_INTERVAL_SECONDS,
    },
    loginMaxLifetimeSeconds: env.LOGIN_MAX_LIFETIME_SECONDS,
  };
}

export function creationPolicyFrom(env: EnvOf<typeof creationEnv>): CreationPolicy {
  return {
    absoluteSeconds: env.SESSION_ABSOLUTE_SECONDS,
    bootstrap: env.BOOTSTRAP,
    bootstrapMaxAuthAgeSeconds: env.BOOTSTRAP_MAX_AUTH_AGE_SECONDS,
    maxCreationsPerHour: env.MAX_CREATIONS_PER_HOUR,
    maxSessionsPerUser: env.MAX_SESSIONS_PER_USER,
    sessionLimitPolicy: env.SESSION_LIMIT_POLICY,
  };
}
