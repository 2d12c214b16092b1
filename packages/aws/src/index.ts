export { CredentialsUnchangedError, DependencyUnavailableError, MissingTableError } from './errors.ts';
export { type AwsSession, type AwsSessionOptions, createAwsSession } from './session.ts';
