import type { Login } from '@cloakroom/core';
import type { JsonObject, Session, SessionData, UserRecord } from './session.ts';

/** The rules under which sign-ins become sessions. */
export interface CreationPolicy {
  readonly maxSessionsPerUser: number;
  readonly sessionLimitPolicy: 'evict-oldest' | 'deny';
  /** New bearer logins of one user within any hour. */
  readonly maxCreationsPerHour: number;
  /** While the user has another session, only a sign-in at most this old opens one. */
  readonly bootstrapMaxAuthAgeSeconds: number;
  readonly absoluteSeconds: number;
  /**
   * How long a sign-in can be refreshed at the provider; an older one opens nothing. End markers are kept as long,
   * so that raising it later does not cover logins that ended before.
   */
  readonly loginMaxLifetimeSeconds: number;
}

/** What the client tells about itself: shown to the user, deciding nothing. Sizes are the caller's to limit. */
export interface ClientInfo {
  readonly ip: string;
  readonly userAgent: string;
  readonly device?: string | undefined;
}

export interface CreationRequest {
  readonly login: Login;
  readonly client: ClientInfo;
  /** Kept only if the session is new. */
  readonly data?: JsonObject | undefined;
  readonly policy: CreationPolicy;
}

/** What the table held about a user at one moment. */
export interface UserSnapshot {
  /** Also those that have expired and are still there. */
  readonly sessions: readonly Session[];
  readonly record: UserRecord;
}

/** `existing`: the login had its session already. */
export interface CreationResult {
  readonly outcome: 'created' | 'existing';
  readonly session: Session;
  readonly data: SessionData;
  /** The sessions that had to go for it. */
  readonly evicted: readonly Session[];
}
