import type { Login } from '@cloakroom/core';
import type { CreationRequest } from './creation.ts';
import { type IdlePolicy, idleExpiryAfter } from './lifetime.ts';
import type { Session } from './session.ts';

/** Claims beyond this would make the item outgrow one read of 4 KB. */
const MAX_CLAIMS_BYTES = 1024;

type Claims = Pick<Session, 'scope' | 'groups' | 'acr' | 'amr'>;

/** The session that a login opens now. */
export function newBearerSession({ login, client, policy }: CreationRequest, now: number, idle: IdlePolicy): Session {
  const absoluteExpiresAt = now + policy.absoluteSeconds;
  return {
    user: login.user,
    id: login.loginId,
    kind: 'bearer',
    createdAt: now,
    lastSeenAt: now,
    idleExpiresAt: idleExpiryAfter(now, idle),
    absoluteExpiresAt,
    authTime: login.authTime,
    loginId: login.loginId,
    clientId: login.clientId,
    ...claimsOf(login),
    ip: client.ip,
    userAgent: client.userAgent,
    ...(client.device === undefined ? {} : { device: client.device }),
    version: 1,
    // While the login can still be refreshed, the expired session must be found: it is what keeps the login ended.
    ttl: Math.max(absoluteExpiresAt, login.authTime + policy.loginMaxLifetimeSeconds),
  };
}

/**
 * What the token says about the person, for the record: the rights of a bearer session are those of the token that comes
 * with each request. So claims of an unusual size are left out, rather than making every read dearer.
 */
function claimsOf({ scope, groups, acr, amr }: Login): Claims {
  if (Buffer.byteLength(JSON.stringify([scope, groups, acr, amr])) > MAX_CLAIMS_BYTES) return { scope: '', groups: [] };
  return { scope, groups, ...(acr === undefined ? {} : { acr }), ...(amr === undefined ? {} : { amr }) };
}
