import type { JsonText, Login } from '@cloakroom/core';
import { DataTooLargeError } from './errors.ts';
import { idleExpiryAfter, type Lifetimes } from './lifetime.ts';
import type { Session } from './session.ts';

/** How many sessions a user may have, and what happens to one more. */
export interface LimitPolicy {
  readonly maxSessionsPerUser: number;
  readonly sessionLimitPolicy: 'evict-oldest' | 'deny';
}

/** Whether sign-ins become sessions at all. */
export interface EntryPolicy extends LimitPolicy {
  /** `off`: nobody gets in who has no session yet. Sessions that there are go on. */
  readonly bootstrap: 'on' | 'off';
}

/** The rules under which sign-ins become sessions. */
export interface CreationPolicy extends EntryPolicy {
  /** New bearer logins of one user within any hour. */
  readonly maxCreationsPerHour: number;
  /** While the user has another session, only a sign-in at most this old opens one. */
  readonly bootstrapMaxAuthAgeSeconds: number;
  readonly absoluteSeconds: number;
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
  readonly data?: JsonText | undefined;
  readonly policy: CreationPolicy;
}

/**
 * How many sessions can end in the transaction that makes one: DynamoDB takes 100 writes, of which the new session is up to six, each
 * ending four, and of two sessions that it may replace, one is a bearer, whose ending is three.
 */
export const MAX_ENDINGS_WITH_CREATION = Math.floor((100 - 6 - 4 - 3) / 4);

/** Claims beyond this would make the item outgrow one read of 4 KB. */
const MAX_CLAIMS_BYTES = 1024;

type Claims = Pick<Session, 'scope' | 'groups' | 'acr' | 'amr'>;

/** The session that a login opens now. */
export function newBearerSession(
  { login, client, policy }: CreationRequest,
  now: number,
  { idle, loginMaxLifetimeSeconds }: Lifetimes,
): Session {
  const absoluteExpiresAt = now + policy.absoluteSeconds;
  return {
    user: login.user,
    id: login.loginId,
    kind: 'bearer',
    createdAt: now,
    lastSeenAt: now,
    idleExpiresAt: idleExpiryAfter(now, idle, { kind: 'bearer' }),
    absoluteExpiresAt,
    authTime: login.authTime,
    loginId: login.loginId,
    clientId: login.clientId,
    ...keptClaims(login),
    ip: client.ip,
    userAgent: client.userAgent,
    ...(client.device === undefined ? {} : { device: client.device }),
    ...(login.sidHash === undefined ? {} : { sidHash: login.sidHash }),
    version: 1,
    // While the login can still be refreshed, the expired session must be found: it is what keeps the login ended.
    ttl: absoluteExpiresAt + loginMaxLifetimeSeconds,
  };
}

/**
 * What the token says about the person. Of a bearer session it is kept to be shown: that has the rights of the token that comes with
 * each request. Claims of an unusual size are left out, since they would make every read dearer.
 */
export function keptClaims({ scope, groups, acr, amr }: Claims): Claims {
  if (Buffer.byteLength(JSON.stringify([scope, groups, acr, amr])) > MAX_CLAIMS_BYTES) return { scope: '', groups: [] };
  return { scope, groups, ...(acr === undefined ? {} : { acr }), ...(amr === undefined ? {} : { amr }) };
}

const MAX_DATA_BYTES = 8 * 1024;

/** @throws DataTooLargeError above 8 KiB of JSON in UTF-8 */
export function assertDataFits(data: JsonText): void {
  if (data.byteLength > MAX_DATA_BYTES) throw new DataTooLargeError(MAX_DATA_BYTES);
}
