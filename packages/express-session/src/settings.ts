import { ISSUER_ALIAS } from '@cloakroom/core';
import * as v from 'valibot';
import { CloakroomStoreError } from './errors.ts';
import type { CloakroomStoreOptions } from './options.ts';

const DAY_SECONDS = 24 * 3600;
/** A session's item, with all else in it, must stay below the 400 KB of DynamoDB. */
const LARGEST_BYTES = 300_000;

const text = (what: string) => v.pipe(v.string(`must be ${what}`), v.nonEmpty(`must be ${what}`));
const seconds = (least: number) =>
  v.pipe(
    v.number('must be a number of seconds'),
    v.check((value) => value >= least && value <= 3650 * DAY_SECONDS, `must be ${least} to 315,360,000 seconds`),
  );
const count = (most: number) =>
  v.pipe(
    v.number('must be a whole number'),
    v.check(
      (value) => Number.isSafeInteger(value) && value >= 1 && value <= most,
      `must be a whole number, 1 to ${most}`,
    ),
  );
const fn = <T>() => v.custom<T>((value) => typeof value === 'function', 'must be a function');
const has = <T>(methods: readonly string[], what: string) =>
  v.custom<T>(
    (value) => isObject(value) && methods.every((name) => typeof value[name] === 'function'),
    `must be ${what}`,
  );

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

type Options = CloakroomStoreOptions<never>;
type Given<Name extends keyof Options> = NonNullable<Options[Name]>;

const settingsSchema = v.strictObject({
  table: text('the name of the sessions table: TableName of the outputs'),
  issuer: v.pipe(
    v.string('must be an alias'),
    v.regex(ISSUER_ALIAS, 'must be an alias: 1 to 32 of a-z, 0-9 and -, beginning with a letter'),
  ),
  userOf: v.optional(fn<Given<'userOf'>>()),
  sidOf: v.optional(fn<Given<'sidOf'>>()),
  client: v.optional(has<Given<'client'>>(['send'], 'a DynamoDBClient of AWS SDK v3')),
  region: v.optional(text('a region')),
  prefix: v.optional(v.pipe(v.string('must be a text'), v.maxLength(256, 'must be at most 256 characters')), 'sess:'),
  ttl: v.optional(seconds(1), 3600),
  absoluteTtl: v.optional(seconds(1), 30 * DAY_SECONDS),
  touchAfter: v.optional(seconds(0), 300),
  maxSessionsPerUser: v.optional(count(1000), 10),
  limitPolicy: v.optional(v.picklist(['evict-oldest', 'deny'], "must be 'evict-oldest' or 'deny'"), 'evict-oldest'),
  maxBytes: v.optional(count(LARGEST_BYTES), 65_536),
  scanLimit: v.optional(count(Number.MAX_SAFE_INTEGER)),
  ipStorage: v.optional(v.picklist(['full', 'truncated', 'none'], "must be 'full', 'truncated' or 'none'"), 'full'),
  logger: v.optional(has<Given<'logger'>>(['warn', 'error'], 'an object with warn and error')),
  onMetric: v.optional(fn<Given<'onMetric'>>()),
});

/** The options with what they are by default. */
export type Settings = v.InferOutput<typeof settingsSchema>;

/** Times are kept in whole milliseconds; a number of seconds may have a fraction. */
export function wholeMs(seconds: number): number {
  return Math.round(seconds * 1000);
}

/** @throws CloakroomStoreError CONFIGURATION, which names every option that is wrong */
export function parseSettings(options: unknown): Settings {
  const result = v.safeParse(settingsSchema, options);
  if (result.success) return result.output;
  const problems = result.issues.map(said);
  throw new CloakroomStoreError('CONFIGURATION', `options of CloakroomStore are wrong:\n${problems.join('\n')}`);
}

function said(issue: v.BaseIssue<unknown>): string {
  const name = v.getDotPath(issue);
  if (name === null) return '  - they must be an object with table and issuer';
  if (issue.kind === 'schema' && issue.type === 'strict_object')
    return issue.expected === 'never' ? `  - ${name}: there is no such option` : `  - ${name}: is needed`;
  return `  - ${name}: ${issue.message}`;
}
