import { isoTime, type JsonText, publicUserKey } from '@cloakroom/core';
import { deviceName } from './device-name.ts';
import { expiresAt, isActive } from './lifetime.ts';
import type { EndedReason, Session, SessionData, UnknownSession } from './session.ts';
import { publicSessionId } from './session-id.ts';

/** A session as the HTTP API shows it. Times are ISO 8601 in UTC; what is not known is null. */
export interface SessionView {
  readonly sessionId: string;
  /** `sub` at the issuer. */
  readonly userId: string;
  /** Names the user in a path, and nobody else. */
  readonly userKey: string;
  readonly isActive: boolean;
  /** Only of one that a web app keeps: its data and its lifetime are changed there alone. */
  readonly kind?: 'web';
  /** Only of one that is not active. */
  readonly endedReason?: EndedReason;
  /** Whether it is the session of whoever asks. */
  readonly current: boolean;
  readonly userAgent: string | null;
  /** The client's own name for it, or else what its user agent is called: `Firefox on Windows`. */
  readonly device: string | null;
  readonly ipAddress: string | null;
  /** When the person signed in at the provider. */
  readonly loginTime: string;
  readonly createdAt: string;
  readonly lastActivity: string;
  /** When it ends if it is not used any more. */
  readonly expiresAt: string;
  readonly absoluteExpiresAt: string;
  /** How long it may go unused, where an administrator has set that for this session. */
  readonly idleSeconds?: number;
  /** Of the data: the ETag to change it with. 0 when there is none yet. In lists, absent as the data. */
  readonly version?: number;
  readonly data?: JsonText;
}

/**
 * What is not understood, as the HTTP API shows it beside the others: it lets nobody in, and can be ended by its id. Of what it
 * was, nothing is told.
 */
export interface UnknownSessionView {
  readonly sessionId: string;
  readonly userId: string;
  readonly userKey: string;
  readonly isActive: false;
  readonly kind: 'unknown';
  readonly current: false;
  readonly userAgent: null;
  readonly device: null;
  readonly ipAddress: null;
  readonly loginTime: null;
  readonly createdAt: null;
  readonly lastActivity: null;
  readonly expiresAt: null;
  readonly absoluteExpiresAt: null;
}

export function toUnknownSessionView({ user, id }: UnknownSession): UnknownSessionView {
  return {
    sessionId: publicSessionId(user, id),
    userId: user.sub,
    userKey: publicUserKey(user),
    isActive: false,
    kind: 'unknown',
    current: false,
    userAgent: null,
    device: null,
    ipAddress: null,
    loginTime: null,
    createdAt: null,
    lastActivity: null,
    expiresAt: null,
    absoluteExpiresAt: null,
  };
}

export interface SessionViewing {
  readonly session: Session;
  /** Lists do without it: it is kept, and read, apart. */
  readonly data?: SessionData;
  readonly isCurrent: boolean;
  readonly nowSeconds: number;
}

export function toSessionView({ session, data, isCurrent, nowSeconds }: SessionViewing): SessionView {
  const isActiveNow = isActive(session, nowSeconds);
  return {
    sessionId: publicSessionId(session.user, session.id),
    userId: session.user.sub,
    userKey: publicUserKey(session.user),
    isActive: isActiveNow,
    ...(session.kind === 'web' ? { kind: session.kind } : {}),
    ...(isActiveNow ? {} : { endedReason: 'expired' as const }),
    current: isCurrent,
    userAgent: session.userAgent || null,
    device: session.device ?? deviceName(session.userAgent) ?? null,
    ipAddress: session.ip || null,
    loginTime: isoTime(session.authTime),
    createdAt: isoTime(session.createdAt),
    lastActivity: isoTime(session.lastSeenAt),
    expiresAt: isoTime(expiresAt(session)),
    absoluteExpiresAt: isoTime(session.absoluteExpiresAt),
    ...(session.idle === undefined ? {} : { idleSeconds: session.idle.seconds }),
    ...(data === undefined ? {} : { version: data.version, data: data.value }),
  };
}
