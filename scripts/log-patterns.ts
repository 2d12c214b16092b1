import { ISSUER_ALIAS, isSub, logId, opaqueUserId, parsePublicUserKey, type User } from '@cloakroom/core';

/** The ids that a person has in log lines, by every reading of the name that somebody gave them. */
export type LogIds = readonly string[];

/**
 * What a person is called in log lines. `name` is a `sub`, which may be somebody's at each of the issuers, `<alias>:<sub>`, or a `userKey`.
 *
 * @throws Error for what names nobody
 */
export function logIdsOf(name: string, issuers: readonly string[]): LogIds {
  return usersNamed(name, issuers).map((user) => logId(opaqueUserId(user)));
}

function usersNamed(name: string, issuers: readonly string[]): readonly User[] {
  if (name.startsWith('~')) {
    const user = parsePublicUserKey(name);
    if (user === undefined) throw new Error(`--user ${name} is no userKey: copy it whole from a session or a list`);
    return [user];
  }
  const [, alias = '', sub = ''] = /^([^:]+):(.*)$/.exec(name) ?? [];
  const users =
    ISSUER_ALIAS.test(alias) && issuers.includes(alias)
      ? [{ issuer: alias, sub }]
      : issuers.map((issuer) => ({ issuer, sub: name }));
  if (!users.every((user) => isSub(user.sub))) {
    throw new Error('--user must be a sub: 1 to 255 printable characters, as in the token');
  }
  return users;
}

/** What lines are to have, all of it. */
interface WantedLines {
  /** By or about whom. */
  readonly users?: LogIds;
  readonly reason?: string;
  /** One of these; `aws.credentials.*` for all that begin so. */
  readonly codes?: readonly string[];
}

/**
 * CloudWatch's filter pattern for lines by or about a person, with one of some codes, and with a reason; empty for none of them.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function linesPattern({ users, reason, codes }: WantedLines): string {
  const clauses = [
    ...(users === undefined ? [] : [anyOf(['user', 'actor'], users)]),
    ...(codes === undefined ? [] : [anyOf(['code'], codes)]),
    ...(reason === undefined ? [] : [anyOf(['reason', 'errorCode'], [reason])]),
  ];
  return clauses.length === 0 ? '' : `{ ${clauses.map((clause) => `(${clause})`).join(' && ')} }`;
}

function anyOf(fields: readonly string[], values: readonly string[]): string {
  return fields.flatMap((field) => values.map((value) => `$.${field} = "${value}"`)).join(' || ');
}

/** The filter pattern for everything that holds a text, Lambda's own lines too. */
export function textPattern(text: string): string {
  return `"${text}"`;
}
