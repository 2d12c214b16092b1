/*
 * What an app writes in its users' partitions. IAM knows attributes, and neither sort keys nor values: so an app's attributes have
 * names of their own. It can name nothing by which another session lives, lets somebody in, or is told from others.
 */

/** What every session has, and an app says of its own, in the attribute `web_<name>`. */
const SAID_BY_APP = [
  'created_at',
  'last_seen_at',
  'idle_expires_at',
  'absolute_expires_at',
  'ip',
  'user_agent',
  'sid_hash',
] as const;

const OWN_NAMES = SAID_BY_APP.map((name) => [name, `web_${name}`] as const);

/** What is read of a web session's entry, but for its key and the mark of its end. */
export const WEB_ENTRY: readonly string[] = ['web_hash', ...OWN_NAMES.map(([, own]) => own)];

/** Whether the item of a session is one of a web app. It has no attribute `kind`, which an app may not name. */
export function isWebEntry(item: { readonly kind?: unknown; readonly web_hash?: unknown }): boolean {
  return item.kind === undefined && item.web_hash !== undefined;
}

/** The item of a web session as every session's is read: what its app says, under the common names, whatever stands there. */
export function withCommonNames<T>(item: Readonly<Record<string, T>>): Readonly<Record<string, T | undefined>> {
  return { ...item, ...Object.fromEntries(OWN_NAMES.map(([name, own]) => [name, item[own]])) };
}
