import { CloakroomError } from '@cloakroom/core';

/** How long a caller is asked to wait before the next try: throttles, failovers and a role's first seconds pass by then. */
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

/** A secret of Secrets Manager does not exist, or nobody has set it. Functions never set one, and Terraform does not either. */
export class MissingSecretError extends CloakroomError {
  override readonly name = 'MissingSecretError';
  readonly code = 'MISSING_SECRET';
  /** Name or ARN. */
  readonly secretId: string;

  constructor(secretId: string, options?: ErrorOptions) {
    super(`the secret ${secretId} has no value: set it with scripts/secret`, options);
    this.secretId = secretId;
  }
}

/**
 * AWS refused the credentials in every attempt of a request. On Lambda the environment's own do not change while it lives: a role
 * that is new is known everywhere within seconds, and an environment that stays refused ends itself. So trying again later
 * helps: answered as 503. `cause` is AWS's error.
 */
export class CredentialsRefusedError extends CloakroomError {
  override readonly name = 'CredentialsRefusedError';
  readonly code = 'CREDENTIALS_REFUSED';
  readonly retryAfterSeconds = RETRY_AFTER_SECONDS;
  readonly attempts: number;
  /** Whether each refresh in between gave the refused ones again; undefined where they are not ours to refresh. */
  readonly unchanged: boolean | undefined;

  constructor({ attempts, unchanged, cause }: { attempts: number; unchanged: boolean | undefined; cause: unknown }) {
    const fate = unchanged ? 'refreshing them changed nothing' : 'refreshing them gave others, which were refused too';
    const what =
      unchanged === undefined ? 'the credentials of the given client' : `our credentials ${attempts} times, ${fate}`;
    super(`AWS refused ${what}: ${String(cause)}`, { cause });
    this.attempts = attempts;
    this.unchanged = unchanged;
  }
}
