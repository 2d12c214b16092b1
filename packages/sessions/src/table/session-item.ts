import { isObject, jsonObjectText, parseUserKey } from '@cloakroom/core';
import * as v from 'valibot';
import { StoredItemError } from '../model/errors.ts';
import {
  APP_END_REASONS,
  ENDED_REASONS,
  type EndedSession,
  SESSION_KINDS,
  type Session,
  type SessionData,
  type UserRecord,
} from '../model/session.ts';
import { dataKey, endedKey, idInItem, sessionKey, WEB_HASH } from './item-key.ts';
import { formatTicketState, MAX_SECONDS, parseTicketState, seconds, ticketEntries } from './ticket-attributes.ts';
import { isWebEntry, WEB_ENTRY, withCommonNames } from './web-entry.ts';

/** An item with plain values, ready to be marshalled. */
export type PlainItem = Readonly<Record<string, unknown>>;

const version = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_SECONDS));
const strings = v.array(v.string());

const userOfKey = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const user = parseUserKey(dataset.value);
    if (user !== undefined) return user;
    addIssue({ message: 'is not a user key' });
    return NEVER;
  }),
);

const idIn = (kind: 'data' | 'ended' | 'session') =>
  v.pipe(
    v.string(),
    v.transform((item) => idInItem(kind, item)),
    v.string(),
  );

/**
 * The fields of a session, with the attribute and the schema of each. Four are missing: the key, and `idle`, `ticket` and `endedByApp`,
 * each of which is one field in several attributes.
 */
const FIELDS = {
  kind: ['kind', v.picklist(SESSION_KINDS)],
  createdAt: ['created_at', seconds],
  lastSeenAt: ['last_seen_at', seconds],
  idleExpiresAt: ['idle_expires_at', seconds],
  absoluteExpiresAt: ['absolute_expires_at', seconds],
  authTime: ['auth_time', seconds],
  loginId: ['login_id', v.string()],
  clientId: ['client_id', v.string()],
  scope: ['scope', v.string()],
  groups: ['groups', strings],
  acr: ['acr', v.optional(v.string())],
  amr: ['amr', v.optional(strings)],
  ip: ['ip', v.string()],
  userAgent: ['user_agent', v.string()],
  device: ['device', v.optional(v.string())],
  sidHash: ['sid_hash', v.optional(v.string())],
  roles: ['roles', v.optional(v.array(v.object({ claim: v.string(), value: v.string() })))],
  webHash: ['web_hash', v.optional(v.pipe(v.string(), v.regex(WEB_HASH)))],
  version: ['version', version],
  ttl: ['ttl', seconds],
} as const satisfies Readonly<Record<FieldName, readonly [attribute: string, schema: v.GenericSchema]>>;

type FieldName = Exclude<keyof Session, 'user' | 'id' | 'idle' | 'ticket' | 'endedByApp'>;
const FIELD_NAMES = Object.keys(FIELDS) as FieldName[];

const sessionSchema = v.object({
  user_key: userOfKey,
  item: idIn('session'),
  ...Object.fromEntries<v.GenericSchema>(Object.values(FIELDS)),
  idle_seconds: v.optional(seconds),
  idle_set_at: v.optional(seconds, 0),
  web_ended_as: v.optional(v.picklist(APP_END_REASONS)),
  web_ended_at: v.optional(seconds, 0),
  ...ticketEntries,
});

const endedSchema = v.object({
  user_key: userOfKey,
  item: idIn('ended'),
  reason: v.picklist(ENDED_REASONS),
  ended_at: seconds,
  kind: v.optional(v.picklist([...SESSION_KINDS, 'unknown']), 'bearer'),
  auth_time: v.optional(seconds, 0),
  sid_hash: v.optional(v.string()),
  burnt_at: v.optional(seconds),
  family_hash: v.optional(v.string()),
});

const userSchema = v.object({
  version,
  not_before: v.optional(seconds, 0),
  reauth_after: v.optional(seconds, 0),
  recent_creations: v.optional(v.array(seconds), []),
  recent_silent: v.optional(v.array(seconds), []),
  erased_at: v.optional(seconds),
});

/**
 * The attributes that are read of each kind of item, its key included. Reads name them, so that IAM can keep a function that needs
 * no `data` from reading it (`dynamodb:Attributes`). What a later release adds is not read.
 */
export const SESSION_ATTRIBUTES: readonly string[] = [
  ...new Set([...Object.keys(sessionSchema.entries), ...WEB_ENTRY]),
];
export const ENDED_ATTRIBUTES: readonly string[] = Object.keys(endedSchema.entries);
export const USER_ATTRIBUTES: readonly string[] = ['user_key', 'item', ...Object.keys(userSchema.entries)];

const dataSchema = v.object({ version, data: jsonObjectText });
/** Of an item of data, what is shown. */
export const DATA_ATTRIBUTES: readonly string[] = ['user_key', 'item', ...Object.keys(dataSchema.entries)];
const dataChangesSchema = v.object({ version, changed_at_ms: v.optional(v.array(v.number()), []) });

/** @throws StoredItemError when the item is not one that {@link formatSession} makes */
export function parseSession(item: unknown): Session {
  const parsed = parseItem('SESSION', sessionSchema, withWebDefaults(item));
  const { user_key, item: id, idle_seconds, idle_set_at, web_ended_as, web_ended_at, ...stored } = parsed;
  const attributes: PlainItem = stored;
  const ticket = attributes.kind === 'ticket' ? parseTicketState(attributes) : undefined;
  const fields = FIELD_NAMES.map((name) => [name, attributes[FIELDS[name][0]]] as const);
  return {
    user: user_key,
    id,
    ...(Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as Pick<Session, FieldName>),
    ...(idle_seconds === undefined ? {} : { idle: { seconds: idle_seconds, setAt: idle_set_at } }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(web_ended_as === undefined ? {} : { endedByApp: { reason: web_ended_as, at: web_ended_at } }),
  };
}

/** See its namesake in `read-session.ts`, and that of `withoutWeb`. */
function withWebDefaults(item: unknown): unknown {
  if (!isObject(item)) return item;
  if (!isWebEntry(item)) return { ...item, web_hash: undefined, kind: item.kind === 'web' ? undefined : item.kind };
  const entry = withCommonNames(item);
  const { created_at: auth_time, absolute_expires_at, ttl = absolute_expires_at } = entry;
  const login_id = idInItem('session', String(item.item)) ?? '';
  const claims = { client_id: '', scope: '', groups: [] };
  return { ...entry, ...claims, kind: 'web', version: 1, login_id, auth_time, ttl };
}

/** The item is under 1 KB as a rule, since every request reads it. It is never above 4 KB, the size of one read. */
export function formatSession(session: Session): PlainItem {
  return {
    ...sessionKey(session.user, session.id),
    ...Object.fromEntries(FIELD_NAMES.map((name) => [FIELDS[name][0], session[name]])),
    idle_seconds: session.idle?.seconds,
    idle_set_at: session.idle?.setAt,
    web_ended_as: session.endedByApp?.reason,
    web_ended_at: session.endedByApp?.at,
    ...(session.ticket === undefined ? {} : formatTicketState(session.ticket)),
  };
}

/** @throws StoredItemError when the item is not one that {@link formatEnded} makes */
export function parseEnded(item: unknown): EndedSession {
  const stored = parseItem('ENDED', endedSchema, item);
  return {
    user: stored.user_key,
    id: stored.item,
    reason: stored.reason,
    endedAt: stored.ended_at,
    kind: stored.kind,
    authTime: stored.auth_time,
    ...(stored.sid_hash === undefined ? {} : { sidHash: stored.sid_hash }),
    ...(stored.burnt_at === undefined ? {} : { burntAt: stored.burnt_at }),
    ...(stored.family_hash === undefined ? {} : { familyHash: stored.family_hash }),
  };
}

/** `ttl`: epoch seconds. By then the login is too old to open anything. */
export function formatEnded(ended: EndedSession, ttl: number): PlainItem {
  const { user, id, reason, endedAt, kind, authTime, sidHash, burntAt, familyHash } = ended;
  return {
    ...endedKey(user, id),
    reason,
    ended_at: endedAt,
    kind,
    auth_time: authTime,
    sid_hash: sidHash,
    burnt_at: burntAt,
    family_hash: familyHash,
    ttl,
  };
}

/** @throws StoredItemError when the item is not a user's */
export function parseUserRecord(item: unknown): UserRecord {
  const stored = parseItem('USER', userSchema, item);
  return {
    version: stored.version,
    notBefore: stored.not_before,
    reauthAfter: stored.reauth_after,
    recentCreations: stored.recent_creations,
    recentSilent: stored.recent_silent,
    ...(stored.erased_at === undefined ? {} : { erasedAt: stored.erased_at }),
  };
}

/** @throws StoredItemError when the item is not one that {@link formatData} makes */
export function parseData(item: unknown): SessionData {
  const stored = parseItem('DATA', dataSchema, item);
  return { version: stored.version, value: stored.data };
}

/** The version of a session's data, and when it was changed. */
export interface DataChanges {
  readonly version: number;
  /** The latest changes, in epoch milliseconds. */
  readonly changedAtMs: readonly number[];
}

/** @throws StoredItemError when the item is not one that {@link formatData} makes */
export function parseDataChanges(item: unknown): DataChanges {
  const stored = parseItem('DATA', dataChangesSchema, item);
  return { version: stored.version, changedAtMs: stored.changed_at_ms };
}

/** The value is kept as JSON text: DynamoDB's own maps end at 32 levels and at 38 digits. */
export function formatData(
  { user, id, ttl }: Pick<Session, 'user' | 'id' | 'ttl'>,
  { version, value, changedAtMs }: SessionData & Partial<DataChanges>,
): PlainItem {
  return { ...dataKey(user, id), version, data: value.text, changed_at_ms: changedAtMs, ttl };
}

function parseItem<S extends v.GenericSchema>(kind: string, schema: S, item: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, item);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new StoredItemError(kind, v.getDotPath(issue) ?? 'item');
}
