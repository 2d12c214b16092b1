import { WEB_CONTENT } from '../table/web-item.ts';

/*
 * The attributes that the requests of web sessions name, in their keys, expressions and projections: an app's role is held to them
 * (`dynamodb:Attributes`). Of a path into `keys`, that is `keys`.
 */
const KEY = ['user_key', 'item'] as const;

/** To read items of web sessions: GetItem and Scan of `WEB#*`. */
export const WEB_ATTRIBUTES: readonly string[] = [...KEY, ...WEB_CONTENT, 'ended_at'];

/** To change one item of a web session alone: UpdateItem of `WEB#*`. */
export const WEB_WRITE_ATTRIBUTES: readonly string[] = [...KEY, ...WEB_CONTENT, 'ended_at', 'ttl'];

/**
 * To change what a user has, and for whole transactions: UpdateItem and ConditionCheckItem of `U#*` and `WEB#*`. No item can be made a
 * bearer or a ticket by these, none of them is taken from its provider session, no watermark and no end marker can be lowered, and `ttl` deletes nothing before its time.
 */
export const WEB_CHANGE_ATTRIBUTES: readonly string[] = [
  ...KEY,
  ...WEB_CONTENT,
  'ended_at',
  'ended_as',
  'ip',
  'last_seen_at',
  'sid_key',
  'user_agent',
  'version',
  'web_hash',
  'web_sid_hash',
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
  'web_hash',
  'web_sid_hash',
];
