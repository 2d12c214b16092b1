export { awsEnv, awsSessionFrom } from './env.ts';
export { CredentialsUnchangedError, DependencyUnavailableError, MissingTableError } from './errors.ts';
export { type AwsSession, type AwsSessionOptions, createAwsSession } from './session.ts';
