import { CloakroomStoreError, type StoreErrorCode } from './errors.ts';

/** What the table's own errors are to an app, by their names; a bundler may have put their classes anywhere. */
const KNOWN: ReadonlyMap<string, readonly [StoreErrorCode, string]> = new Map([
  ['ConfigurationError', ['CONFIGURATION', 'the store has no way to DynamoDB']],
  ['ConflictError', ['STORE_CONTENDED', 'others change these sessions at the same time']],
  ['ContendedError', ['STORE_CONTENDED', 'others change these sessions at the same time']],
  ['LoginEndedError', ['LOGIN_ENDED', 'the session at the provider has ended: sign in there anew']],
  ['SessionLimitError', ['SESSION_LIMIT', 'the user may have no more sessions: end one first']],
]);

/** The error as an app gets it. Whatever is not known is an outage: never "no session", and never a session. */
export function failureOf(error: unknown): CloakroomStoreError {
  if (error instanceof CloakroomStoreError) return error;
  const name = error instanceof Error ? error.name : '';
  const [code, what] = KNOWN.get(name) ?? ['STORE_UNAVAILABLE', 'the sessions cannot be reached'];
  // What is no JSON is in the words of the error, and in its cause.
  if (error instanceof SyntaxError) return new CloakroomStoreError(code, `${what}: something there is no JSON`);
  return new CloakroomStoreError(code, `${what}: ${said(error)}`, { cause: error });
}

/** Errors of AWS and of the table name tables, roles and attributes; no session. */
function said(error: unknown): string {
  return error instanceof Error ? error.message || error.name : 'an unknown error';
}
