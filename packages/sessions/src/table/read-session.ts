import { type HeldRole, parseUserKey, type User } from '@cloakroom/core';
import { StoredItemError } from '../model/errors.ts';
import { APP_END_REASONS, type AppEnd, type IdleOverride, SESSION_KINDS, type Session } from '../model/session.ts';
import { LONG_DUE } from '../model/ticket-state.ts';
import { idInItem, WEB_HASH } from './item-key.ts';
import type { Attributes, Item } from './table.ts';
import { MAX_SECONDS, parseTicketState } from './ticket-attributes.ts';
import { isWebEntry, withCommonNames } from './web-entry.ts';

const NOTHING: Item[string] = { S: '' };
/** No write of an app's session is guarded by it. */
const VERSION: Item[string] = { N: '1' };

/**
 * The session in an item as the API carries it: what `parseSession` makes of its plain values, without a schema. For the read that
 * comes before every request.
 *
 * @throws StoredItemError when the item is not one that `formatSession` makes; it names an attribute that is not
 */
export function readSession(stored: Attributes): Session {
  const item = isWebEntry(stored) ? withWebDefaults(stored) : withoutWeb(stored);
  const session: { -readonly [name in keyof Session]: Session[name] } = {
    user: userIn(item),
    id: idIn(item),
    kind: oneOf(SESSION_KINDS, item, 'kind'),
    createdAt: seconds(item, 'created_at'),
    lastSeenAt: seconds(item, 'last_seen_at'),
    idleExpiresAt: seconds(item, 'idle_expires_at'),
    absoluteExpiresAt: seconds(item, 'absolute_expires_at'),
    authTime: seconds(item, 'auth_time'),
    loginId: text(item, 'login_id'),
    clientId: text(item, 'client_id'),
    scope: text(item, 'scope'),
    groups: texts(item, 'groups'),
    ip: text(item, 'ip'),
    userAgent: text(item, 'user_agent'),
    version: integer(item, 'version', 1),
    ttl: seconds(item, 'ttl'),
  };
  // An absent one is no member.
  if (item.acr !== undefined) session.acr = text(item, 'acr');
  if (item.amr !== undefined) session.amr = texts(item, 'amr');
  if (item.device !== undefined) session.device = text(item, 'device');
  if (item.sid_hash !== undefined) session.sidHash = text(item, 'sid_hash');
  if (item.roles !== undefined) session.roles = rolesIn(item, 'roles');
  if (item.web_hash !== undefined) session.webHash = webHashIn(item, 'web_hash');
  const endedByApp = appEndIn(item);
  if (endedByApp !== undefined) session.endedByApp = endedByApp;
  const idle = idleIn(item);
  if (idle !== undefined) session.idle = idle;
  const ticket = ticketIn(item);
  if (session.kind === 'ticket') session.ticket = parseTicketState(ticket);
  return session;
}

function userIn(item: Attributes): User {
  const user = parseUserKey(text(item, 'user_key'));
  return user ?? refuse('user_key');
}

function idIn(item: Attributes): string {
  return idInItem('session', text(item, 'item')) ?? refuse('item');
}

/** What an app does not write of its session, as everybody reads it, whatever stands there. */
function withWebDefaults(stored: Attributes): Attributes {
  const entry = withCommonNames(stored);
  const { item, created_at: auth_time, absolute_expires_at, ttl = absolute_expires_at } = entry;
  const login_id = { S: idInItem('session', item?.S ?? '') ?? '' };
  const claims = { client_id: NOTHING, scope: NOTHING, groups: { L: [] } };
  return { ...entry, ...claims, kind: { S: 'web' }, version: VERSION, login_id, auth_time, ttl };
}

/** Of every other, what an app may have added means nothing. No item says of itself that it is an app's. */
function withoutWeb({ web_hash: _, ...stored }: Attributes): Attributes {
  return stored.kind?.S === 'web' ? { ...stored, kind: undefined } : stored;
}

function oneOf<T extends string>(all: readonly T[], item: Attributes, name: string): T {
  const value = text(item, name);
  return all.find((each) => each === value) ?? refuse(name);
}

function idleIn(item: Attributes): IdleOverride | undefined {
  const idleSeconds = ifThere(item, 'idle_seconds', seconds);
  const setAt = ifThere(item, 'idle_set_at', seconds) ?? 0;
  return idleSeconds === undefined ? undefined : { seconds: idleSeconds, setAt };
}

function webHashIn(item: Attributes, name: string): string {
  const hash = text(item, name);
  return WEB_HASH.test(hash) ? hash : refuse(name);
}

function appEndIn(item: Attributes): AppEnd | undefined {
  const at = ifThere(item, 'web_ended_at', seconds) ?? 0;
  return item.web_ended_as === undefined ? undefined : { reason: oneOf(APP_END_REASONS, item, 'web_ended_as'), at };
}

/** Looked at in every item, whatever its kind. */
function ticketIn(item: Attributes) {
  return {
    family_hash: ifThere(item, 'family_hash', text),
    secret_hash: ifThere(item, 'secret_hash', text),
    recheck_at: ifThere(item, 'recheck_at', seconds) ?? LONG_DUE,
    recheck_due_at: ifThere(item, 'recheck_due_at', seconds),
    renewed_at: ifThere(item, 'renewed_at', seconds),
    previous_secret_hash: ifThere(item, 'previous_secret_hash', text),
    rotation_nonce: ifThere(item, 'rotation_nonce', text),
    confirmed_at: ifThere(item, 'confirmed_at', anyInteger),
  };
}

function rolesIn(item: Attributes, name: string): readonly HeldRole[] {
  return listIn(item, name).map((role, at) => {
    const { M: members = refuse(`${name}.${at}`) } = role;
    return {
      claim: text(members, 'claim', `${name}.${at}.claim`),
      value: text(members, 'value', `${name}.${at}.value`),
    };
  });
}

function texts(item: Attributes, name: string): readonly string[] {
  return listIn(item, name).map(({ S }, at) => (typeof S === 'string' ? S : refuse(`${name}.${at}`)));
}

function listIn(item: Attributes, name: string) {
  const list = item[name]?.L;
  return Array.isArray(list) ? list : refuse(name);
}

function text(item: Attributes, name: string, path = name): string {
  const value = item[name]?.S;
  return typeof value === 'string' ? value : refuse(path);
}

function seconds(item: Attributes, name: string): number {
  return integer(item, name, 0);
}

function anyInteger(item: Attributes, name: string): number {
  return integer(item, name, Number.MIN_SAFE_INTEGER);
}

function integer(item: Attributes, name: string, min: number): number {
  const digits = item[name]?.N;
  const value = typeof digits === 'string' ? Number(digits) : Number.NaN;
  return Number.isSafeInteger(value) && value >= min && value <= MAX_SECONDS ? value : refuse(name);
}

function ifThere<T>(item: Attributes, name: string, read: (item: Attributes, name: string) => T): T | undefined {
  return item[name] === undefined ? undefined : read(item, name);
}

function refuse(attribute: string): never {
  throw new StoredItemError('SESSION', attribute);
}
