import type { CursorKey, FetchKeySet, Issuer, KeyStore } from '@cloakroom/auth';
import { CloakroomError, describeError, type NowMs, settleEach, type Telemetry } from '@cloakroom/core';
import { measureAge } from './measure-age.ts';

/** Some keys were not refreshed. The others were; of an issuer that failed the last good set stays. */
class KeysNotRefreshedError extends CloakroomError {
  override readonly name = 'KeysNotRefreshedError';
  readonly code = 'KEYS_NOT_REFRESHED';
  /** Aliases of the issuers that failed, and `~cursor` where the key of cursors could not be made. */
  readonly issuers: readonly string[];

  constructor(issuers: readonly string[], options?: ErrorOptions) {
    super(`keys were not refreshed: ${issuers.join(', ')}`, options);
    this.issuers = issuers;
  }
}

interface RefreshKeysDeps {
  readonly issuers: readonly Issuer[];
  readonly fetchKeySet: FetchKeySet;
  readonly store: Pick<KeyStore, 'get' | 'put'>;
  readonly cursorKey: Pick<CursorKey, 'make'>;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

/**
 * Each fetch has three seconds, and a small function would need all of them for the handshakes of hundreds of issuers at once.
 * Two hundred of which none answers are through in half of the function's minute.
 */
const AT_ONCE = 20;

/** The key of cursors among the issuers, whose aliases never look like this. */
const CURSOR_KEY = '~cursor';

/**
 * Fetches every issuer's key set and keeps it in the table, for the functions that cannot reach the provider.
 * A set that cannot be fetched, or has no usable key, is never written: the last good one stays.
 * The key of cursors is made where there is none yet. At the end it tells how old the oldest of the sets is.
 *
 * @throws KeysNotRefreshedError naming what failed, after all was tried
 */
export function createRefreshKeys(deps: RefreshKeysDeps): () => Promise<{ readonly refreshed: readonly string[] }> {
  const parts = [
    ...deps.issuers.map((issuer) => ({ name: issuer.alias, run: () => refresh(issuer, deps) })),
    { name: CURSOR_KEY, run: () => makeCursorKey(deps) },
  ];
  return async () => {
    const outcomes = await settleEach(AT_ONCE, parts, async ({ name, run }) => ({
      name,
      error: await errorOf(run, name, deps.telemetry),
    }));
    const failed = outcomes.filter(({ error }) => error !== undefined);
    const failedNames = failed.map(({ name }) => name);
    await measureAge(
      deps.issuers.filter(({ alias }) => failedNames.includes(alias)),
      deps,
    );
    if (failed.length > 0) {
      const cause = new AggregateError(failed.map(({ error }) => error));
      throw new KeysNotRefreshedError(failedNames, { cause });
    }
    return { refreshed: deps.issuers.map(({ alias }) => alias) };
  };
}

async function refresh(issuer: Issuer, { fetchKeySet, store, telemetry }: RefreshKeysDeps): Promise<void> {
  await store.put(issuer, await fetchKeySet(issuer));
  telemetry.log.info('keys.refreshed', 'The key set is current', { issuer: issuer.alias });
}

async function makeCursorKey({ cursorKey, telemetry }: RefreshKeysDeps): Promise<void> {
  if (await cursorKey.make()) telemetry.log.info('keys.cursor_key_made', 'Cursors have a key now');
}

/** What went wrong, logged and counted; undefined when all is well. */
async function errorOf(run: () => Promise<void>, name: string, { log, meter }: Telemetry): Promise<Error | undefined> {
  try {
    await run();
    return undefined;
  } catch (thrown) {
    log.error('keys.refresh_failed', 'A key was not refreshed', { issuer: name, error: describeError(thrown) });
    meter.count('KeyRefreshFailed', { issuer: name });
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}
