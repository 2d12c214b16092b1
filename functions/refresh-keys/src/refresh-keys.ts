import type { FetchKeySet, Issuer, KeyStore } from '@cloakroom/auth';
import { describeError, settleAll, type Telemetry } from '@cloakroom/core';
import { KeysNotRefreshedError } from './errors.ts';

interface RefreshKeysDeps {
  readonly issuers: readonly Issuer[];
  readonly fetchKeySet: FetchKeySet;
  readonly store: Pick<KeyStore, 'put'>;
  readonly telemetry: Telemetry;
}

/**
 * Fetches every issuer's key set and keeps it in the table, for the functions that cannot reach the provider.
 * A set that cannot be fetched, or has no usable key, is never written: the last good one stays.
 *
 * @throws KeysNotRefreshedError naming the issuers that failed, after all were tried
 */
export function createRefreshKeys(deps: RefreshKeysDeps): () => Promise<{ readonly refreshed: readonly string[] }> {
  return async () => {
    const outcomes = await settleAll(
      deps.issuers.map(async (issuer) => ({ issuer, error: await refresh(issuer, deps) })),
    );
    const failed = outcomes.filter(({ error }) => error !== undefined);
    if (failed.length > 0) {
      const cause = new AggregateError(failed.map(({ error }) => error));
      throw new KeysNotRefreshedError(
        failed.map(({ issuer }) => issuer.alias),
        { cause },
      );
    }
    return { refreshed: deps.issuers.map(({ alias }) => alias) };
  };
}

/** What went wrong with this issuer; undefined when all is well. */
async function refresh(issuer: Issuer, { fetchKeySet, store, telemetry }: RefreshKeysDeps): Promise<Error | undefined> {
  const { alias } = issuer;
  try {
    await store.put(issuer, await fetchKeySet(issuer));
    telemetry.log.info('keys.refreshed', 'The key set is current', { issuer: alias });
    return undefined;
  } catch (thrown) {
    const fields = { issuer: alias, error: describeError(thrown) };
    telemetry.log.error('keys.refresh_failed', 'The key set was not refreshed', fields);
    telemetry.meter.count('KeyRefreshFailed', { issuer: alias });
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}
