import { WEB_ENTRY } from '../table/web-entry.ts';
import { WEB_CONTENT } from '../table/web-item.ts';

/*
 * The attributes that the requests of web sessions name, in their keys, expressions and projections: an app's role is held to them
 * (`dynamodb:Attributes`). Of a path into `keys`, that is `keys`.
 */
const KEY = ['user_key', 'item'] as const;

/** To read items of web sessions: GetItem and Scan of `WEB#*`. */
export const WEB_ATTRIBUTES: readonly string[] = [...KEY, ...WEB_CONTENT, 'ended_at_ms'];

/** To change one item of a web session alone: UpdateItem of `WEB#*`. */
export const WEB_WRITE_ATTRIBUTES: readonly string[] = [...KEY, ...WEB_CONTENT, 'ended_at_ms', 'ttl'];

/**
 * To change what a user has, and for whole transactions: UpdateItem and ConditionCheckItem of `U#*` and `WEB#*`. But for `version`, which
 * guards writes and decides nothing, and the mark by which a session makes room, no item of Cloakroom's own has one of these.
 */
export const WEB_CHANGE_ATTRIBUTES: readonly string[] = [
  ...KEY,
  ...WEB_CONTENT,
  'ended_at_ms',
  ...WEB_ENTRY,
  'web_sid_key',
  'web_ended_as',
  'web_ended_at',
  'version',
];

/** To see how many sessions a user has, which could go, and whether all were ended meanwhile: Query of `U#*`. */
export const WEB_USER_ATTRIBUTES: readonly string[] = [
  ...KEY,
  'absolute_expires_at',
  'created_at',
  'erased_at',
  'idle_expires_at',
  'idle_seconds',
  'idle_set_at',
  'kind',
  'last_seen_at',
  'not_before',
  'reauth_after',
  'sid_hash',
  'version',
  'web_absolute_expires_at',
  'web_created_at',
  'web_ended_as',
  'web_hash',
  'web_idle_expires_at',
  'web_last_seen_at',
  'web_sid_hash',
];
