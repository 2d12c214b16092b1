import { describeError, type NowMs, type Telemetry } from '@cloakroom/core';
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
/** A provider that fails, or hands out credentials that end soon, is not asked by every request. */
const RENEWAL_INTERVAL_MS = 30_000;

interface Dependencies {
  readonly resolve: ResolveCredentials;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

export function createCredentialSource({ resolve, nowMs, telemetry }: Dependencies): CredentialSource {
  const { log, meter } = telemetry;
  let current: AwsCredentialIdentity | undefined;
  let pending: Promise<AwsCredentialIdentity> | undefined;
  let resolvedAtMs = 0;

  async function resolveAnew(): Promise<AwsCredentialIdentity> {
    resolvedAtMs = nowMs();
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

  /** Credentials that are still good serve until they end when they cannot be renewed before. */
  async function renewEarly(good: AwsCredentialIdentity): Promise<AwsCredentialIdentity> {
    if (nowMs() - resolvedAtMs < RENEWAL_INTERVAL_MS) return good;
    try {
      return await singleFlight();
    } catch (error) {
      log.warn('aws.credentials.renewal_failed', 'Credentials end soon and could not be renewed', {
        error: describeError(error),
      });
      return good;
    }
  }

  async function refresh(refused: AwsCredentialIdentity): Promise<AwsCredentialIdentity> {
    if (pending !== undefined) return pending;
    meter.count('CredentialRefresh');
    log.info('aws.credentials.cleared', 'Clearing cached AWS clients to force credential refresh');
    const credentials = await singleFlight();
    if (isSame(refused, credentials)) {
      log.warn('aws.credentials.unchanged', 'Credentials are unchanged after a refresh', describe(credentials));
    }
    return credentials;
  }

  return {
    async get() {
      if (current === undefined) return singleFlight();
      const leftMs = (current.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - nowMs();
      if (leftMs <= 0) return singleFlight();
      return leftMs < EARLY_MS ? renewEarly(current) : current;
    },
    async replace(refused) {
      if (current === refused) current = undefined;
      return !isSame(refused, current ?? (await refresh(refused)));
    },
  };
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
