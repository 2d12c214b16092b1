import { CloakroomError } from '@cloakroom/core';

/** How long a caller is asked to wait before the next try. AWS's own throttles and failovers pass within seconds. */
const RETRY_AFTER_SECONDS = 5;

/**
 * An AWS service throttled, failed (5xx), timed out or could not be reached, after the SDK's retries.
 * The request may have taken effect. Trying again later may help: answered as 503.
 */
export class DependencyUnavailableError extends CloakroomError {
  override readonly name = 'DependencyUnavailableError';
  readonly code = 'DEPENDENCY_UNAVAILABLE';
  readonly retryAfterSeconds = RETRY_AFTER_SECONDS;
  /** The client's name in the SDK, such as `DynamoDBClient`. */
  readonly service: string;

  constructor(service: string, options: { readonly cause: unknown }) {
    super(`${service} is not available: ${String(options.cause)}`, options);
    this.service = service;
  }
}

/** A DynamoDB table does not exist. Functions never create one: Terraform does. */
export class MissingTableError extends CloakroomError {
  override readonly name = 'MissingTableError';
  readonly code = 'MISSING_TABLE';
  readonly tables: readonly string[];
  readonly region: string;

  constructor(tables: readonly string[], region: string, options?: ErrorOptions) {
    super(`no table ${tables.join(' or ')} in region ${region}: run terraform apply for this environment`, options);
    this.tables = tables;
    this.region = region;
  }
}

/**
 * AWS refused the credentials, and resolving them again gave the same ones, so that another try would be refused too.
 * On Lambda this is the usual case: the environment's credentials do not change while it lives. `cause` is AWS's error.
 */
export class CredentialsUnchangedError extends CloakroomError {
  override readonly name = 'CredentialsUnchangedError';
  readonly code = 'CREDENTIALS_UNCHANGED';

  constructor(options: { readonly cause: unknown }) {
    super(
      `credentials were refused, and are unchanged after a refresh, so that retrying cannot help: ${String(options.cause)}`,
      options,
    );
  }
}
