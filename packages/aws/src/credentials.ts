import type { NowMs, Telemetry } from '@cloakroom/core';
import type { AwsCredentialIdentity } from '@smithy/types';

/** Resolves credentials anew at each call; caches nothing. */
export type ResolveCredentials = () => Promise<AwsCredentialIdentity>;

/** The one place that holds the credentials of an execution environment. */
export interface CredentialSource {
  /** The credentials in use; resolved at the first call, and again shortly before they expire. */
  get(): Promise<AwsCredentialIdentity>;
  /**
   * Drops credentials that AWS has refused and resolves them again, once for all callers in flight:
   * a caller whose `refused` have been replaced already gets the replacement.
   * Answers whether there are other credentials now.
   */
  replace(refused: AwsCredentialIdentity): Promise<boolean>;
}

/** Renewed this long before the end, so that no request is signed with credentials that expire on the way. */
const EARLY_MS = 5 * 60_000;

interface Dependencies {
  readonly resolve: ResolveCredentials;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

export function createCredentialSource({ resolve, nowMs, telemetry }: Dependencies): CredentialSource {
  const { log, meter } = telemetry;
  let current: AwsCredentialIdentity | undefined;
  let pending: Promise<AwsCredentialIdentity> | undefined;

  async function resolveAnew(): Promise<AwsCredentialIdentity> {
    // A copy, so that each resolution has an identity of its own even if the provider hands out one object.
    const credentials = { ...(await resolve()) };
    current = credentials;
    log.info('aws.credentials.obtained', 'Session credentials obtained successfully', describe(credentials));
    return credentials;
  }

  function singleFlight(): Promise<AwsCredentialIdentity> {
    pending ??= resolveAnew().finally(() => {
      pending = undefined;
    });
    return pending;
  }

  async function refresh(refused: AwsCredentialIdentity): Promise<void> {
    if (pending === undefined) meter.count('CredentialRefresh');
    const replaced = pending === undefined;
    const credentials = await singleFlight();
    if (replaced && isSame(refused, credentials)) {
      log.warn('aws.credentials.unchanged', 'Credentials are unchanged after a refresh', describe(credentials));
    }
  }

  return {
    get: async () => (current === undefined || isNearItsEnd(current, nowMs()) ? singleFlight() : current),
    async replace(refused) {
      if (current === refused) await refresh(refused);
      return current !== undefined && !isSame(refused, current);
    },
  };
}

function isNearItsEnd({ expiration }: AwsCredentialIdentity, nowMs: number): boolean {
  return expiration !== undefined && expiration.getTime() - nowMs < EARLY_MS;
}

function isSame(one: AwsCredentialIdentity, other: AwsCredentialIdentity): boolean {
  return (
    one.accessKeyId === other.accessKeyId &&
    one.secretAccessKey === other.secretAccessKey &&
    one.sessionToken === other.sessionToken
  );
}

/** What a log line may say about credentials: the end of the key's id tells two of them apart, and opens nothing. */
function describe({ accessKeyId, expiration }: AwsCredentialIdentity): Readonly<Record<string, unknown>> {
  return { accessKeyIdEnd: accessKeyId.slice(-4), expiresAt: expiration?.toISOString() };
}
