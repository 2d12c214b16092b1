import { CloakroomStoreError, type StoreErrorCode } from './errors.ts';

type Meaning = readonly [StoreErrorCode, string];

/** What the table's own errors are to an app, by their names; a bundler may have put their classes anywhere. */
const KNOWN: ReadonlyMap<string, Meaning> = new Map([
  ['ConfigurationError', ['CONFIGURATION', 'the store has no way to DynamoDB']],
  ['ConflictError', ['STORE_CONTENDED', 'others change these sessions at the same time']],
  ['ContendedError', ['STORE_CONTENDED', 'others change these sessions at the same time']],
  ['LoginEndedError', ['LOGIN_ENDED', 'the session at the provider has ended: sign in there anew']],
  ['SessionLimitError', ['SESSION_LIMIT', 'the user may have no more sessions: end one first']],
]);

/** The error as an app gets it. Whatever is not known is an outage: never "no session", and never a session. */
export function failureOf(error: unknown): CloakroomStoreError {
  if (error instanceof CloakroomStoreError) return error;
  const [code, what] = meaningOf(error);
  // What is no JSON is in the words of the error, and in its cause.
  if (error instanceof SyntaxError) return new CloakroomStoreError(code, `${what}: something there is no JSON`);
  return new CloakroomStoreError(code, `${what}: ${said(error)}`, { cause: error });
}

function meaningOf(error: unknown): Meaning {
  if (refusalsIn(error).some((reason) => IS_TOO_LARGE.test(reason)))
    return ['SESSION_TOO_LARGE', 'the session has grown beyond what DynamoDB takes'];
  const name = error instanceof Error ? error.name : '';
  return KNOWN.get(name) ?? ['STORE_UNAVAILABLE', 'the sessions cannot be reached'];
}

/** DynamoDB's words where an item would be larger than 400 KB: there is no code for it alone. */
const IS_TOO_LARGE = /^Item size (?:to update )?has exceeded the maximum allowed size/;

/** What DynamoDB says of a request that it does not take: of a transaction, for each of its writes. */
function refusalsIn(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  if (error.name === 'ValidationException') return [error.message];
  const { CancellationReasons: reasons } = error as { readonly CancellationReasons?: unknown };
  return Array.isArray(reasons) ? reasons.map((reason) => String(reason?.Message)) : [];
}

/** Errors of AWS and of the table name tables, roles and attributes; no session. */
function said(error: unknown): string {
  return error instanceof Error ? error.message || error.name : 'an unknown error';
}
