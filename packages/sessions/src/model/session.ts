import { type HeldRole, type JsonText, jsonText, type User } from '@cloakroom/core';
import type { TicketState } from './ticket-state.ts';

/**
 * An active session, as its item tells it. Times are epoch seconds. Whether it is still active is decided by
 * `isActive` at each reading, never by its presence in the table: DynamoDB's TTL deletes days late.
 */
export interface Session {
  readonly user: User;
  /** 128 bits, base64url. A bearer session's id is the id of its login. */
  readonly id: string;
  readonly kind: SessionKind;
  readonly createdAt: number;
  /** At most one touch interval old. */
  readonly lastSeenAt: number;
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
  /** What an administrator has set for this one session in place of the policy's idle time. */
  readonly idle?: IdleOverride;
  /** When the person signed in at the provider, by the verified token. */
  readonly authTime: number;
  readonly loginId: string;
  readonly clientId: string;
  /** Space-separated. A bearer session's rights are its token's; this is what they were at the sign-in. A ticket's are these. */
  readonly scope: string;
  readonly groups: readonly string[];
  /** Of a ticket: see `Login.roles`. */
  readonly roles?: readonly HeldRole[];
  readonly acr?: string;
  readonly amr?: readonly string[];
  readonly ip: string;
  readonly userAgent: string;
  /** What the client calls its device. */
  readonly device?: string;
  /** Which session at the provider it belongs to (see `Login.sidHash`). Sessions of earlier releases have none. */
  readonly sidHash?: string;
  /** Of a ticket, and of nothing else. */
  readonly ticket?: TicketState;
  /** Of a web session, and of nothing else: the name of the item by which its app lets somebody in (see `webHash`). */
  readonly webHash?: string;
  /** That an app has ended it. It is over, and what is left of it goes when somebody meets it. */
  readonly endedByApp?: AppEnd;
  /** Of this item: 1 when created, one more with every change by an administrator. Uses do not count. */
  readonly version: number;
  /** When DynamoDB may collect the item. Decides nothing. */
  readonly ttl: number;
}

/** How long a session may go unused. It counts from the last use, or from when this was set if that is later. */
export interface IdleOverride {
  readonly seconds: number;
  /** Epoch seconds. */
  readonly setAt: number;
}

/** How an app ends sessions: it may do no more than say so. */
export interface AppEnd {
  readonly reason: (typeof APP_END_REASONS)[number];
  /** Epoch seconds, by the app's clock. */
  readonly at: number;
}

export const APP_END_REASONS = ['logout', 'replaced', 'evicted', 'expired'] as const;

/**
 * A `bearer` session lets its login in. A `ticket` lets in whoever has its cookie: it has a random id.
 * A `record` lets nobody in: it is data that can be listed and revoked like a session. It has a random id, which is its `loginId` too,
 * and its `authTime` is when it was created. A `web` session lets somebody in at an app of its own, which has made it of its web session
 * library's and alone can change it: it has a random id too, and neither data nor claims.
 */
export const SESSION_KINDS = ['bearer', 'ticket', 'record', 'web'] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];

/**
 * An item under a session's key that this release does not understand: of a kind that a later release made, or malformed. It lets
 * nobody in and does not count for the limit. It can be listed, ended and erased by its key.
 */
export interface UnknownSession {
  readonly user: User;
  /** What follows the prefix in its key: need not be 128 bits. */
  readonly id: string;
  readonly kind: 'unknown';
  /** The item's, if that can be read; else 0. */
  readonly authTime: number;
  /** The item's, if it has one that can be read. */
  readonly sidHash?: string;
  /** The item's, if it has one that can be read. */
  readonly webHash?: string;
  /** The first attribute that is not one of ours. */
  readonly malformedField: string;
}

/** What a list of sessions may hold. */
export type ListedSession = Session | UnknownSession;

/**
 * Why a session is no more. `logout`: its own person signed out. `replaced`: a sign-in in the same browser took its place.
 * `reuse_detected`: somebody had a copy of its cookie. `expired` also stands for a session whose provider let nobody refresh any more.
 */
export const ENDED_REASONS = ['revoked', 'logout', 'reuse_detected', 'evicted', 'expired', 'replaced'] as const;
export type EndedReason = (typeof ENDED_REASONS)[number];

/** What became of a session that has ended. */
export interface EndedSession {
  readonly user: User;
  readonly id: string;
  readonly reason: EndedReason;
  /** Epoch seconds; of an expired session, when it expired and not when that was noticed. */
  readonly endedAt: number;
  readonly kind: ListedSession['kind'];
  /** The session's. */
  readonly authTime: number;
  /** The session's. */
  readonly sidHash?: string;
  /** When its provider session was burnt for it, or its user asked for a new proof (epoch seconds). */
  readonly burntAt?: number;
  /** Of a ticket: the session's. */
  readonly familyHash?: string;
}

/** What the application keeps in a session. A session without any has version 0 and an empty object. */
export interface SessionData {
  readonly version: number;
  /** An object. */
  readonly value: JsonText;
}

export const NO_DATA: SessionData = { version: 0, value: jsonText({}) };

/** What is kept of a user beside the sessions. */
export interface UserRecord {
  /** Goes up with every creation and every rise of `notBefore`; 0 when nothing is kept yet. The optimistic lock of the user. */
  readonly version: number;
  /** Sign-ins up to this second (epoch) open nothing any more. */
  readonly notBefore: number;
  /** Until then (epoch seconds), sign-ins by a code exchange need a new proof of who the person is. */
  readonly reauthAfter: number;
  /** Epoch seconds of the last new bearer logins, oldest first. */
  readonly recentCreations: readonly number[];
  /** Epoch seconds of the last tickets that the provider gave without asking the person, oldest first. */
  readonly recentSilent: readonly number[];
  /** When the user was erased (epoch seconds). Nothing that happened until then may be written again. */
  readonly erasedAt?: number;
}

export const NEW_USER: UserRecord = { version: 0, notBefore: 0, reauthAfter: 0, recentCreations: [], recentSilent: [] };

/** What the table held about a user at one moment. */
export interface UserSnapshot {
  /** Also those that have expired and are still there. */
  readonly sessions: readonly Session[];
  /** Items that this release does not understand. */
  readonly unknown: readonly UnknownSession[];
  readonly record: UserRecord;
}
