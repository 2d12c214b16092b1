import type { Issuer, KeyStore } from '@cloakroom/auth';
import { describeError, type NowMs, settleEach, type Telemetry } from '@cloakroom/core';

interface MeasureDeps {
  readonly store: Pick<KeyStore, 'get'>;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

const AT_ONCE = 20;

/**
 * Writes `KeySetAge`: how many seconds ago the oldest of the issuers' last good key sets was fetched. Those that were fetched just now are 0
 * seconds old; of the others the table is asked. Nothing is written when one of them has no set at all, or cannot be read: that no figure came
 * is what the alarm then fires for, and none could be as bad.
 */
export async function measureAge(
  notFetched: readonly Issuer[],
  { store, nowMs, telemetry }: MeasureDeps,
): Promise<void> {
  const sets = await settleEach(AT_ONCE, notFetched, async (issuer) => {
    try {
      return await store.get(issuer);
    } catch (error) {
      const fields = { issuer: issuer.alias, error: describeError(error) };
      telemetry.log.error('keys.age_unknown', 'The age of a key set could not be read', fields);
      return undefined;
    }
  });
  const times = sets.map((set) => set?.fetchedAt);
  if (times.some((time) => time === undefined)) return;
  const now = nowMs() / 1000;
  const ages = times.map((time = now) => now - time);
  telemetry.meter.gauge('KeySetAge', Math.max(0, ...ages), 'Seconds');
}
