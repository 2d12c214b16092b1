import { describeError, type NowMs, type Telemetry } from '@cloakroom/core';
import type { Issuer } from './issuer.ts';
import type { KeySet } from './key-set.ts';

/** The least time between two reads of a source: an unknown `kid` cannot be used to flood it. */
const REST_MS = 30_000;

/** A place that key sets come from, protected from being asked too often. */
export interface KeySource {
  /** What it has; undefined when it has none, cannot be read (that is logged), or rests and `evenIfResting` is false. Never throws. */
  read(options: { readonly evenIfResting: boolean }): Promise<KeySet | undefined>;
  /** Seconds until it may be asked again, at least 1. */
  restSeconds(): number;
  /** It may be asked again at once. */
  wake(): void;
}

interface KeySourceDeps {
  readonly issuer: Issuer;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

export function createKeySource(
  name: 'table' | 'provider',
  readKeySet: () => Promise<KeySet | undefined>,
  { issuer, nowMs, telemetry }: KeySourceDeps,
): KeySource {
  let askedMs = Number.NEGATIVE_INFINITY;
  const restMs = () => Math.max(0, askedMs + REST_MS - nowMs());

  return {
    async read({ evenIfResting }) {
      if (restMs() > 0 && !evenIfResting) return undefined;
      askedMs = nowMs();
      try {
        return await readKeySet();
      } catch (error) {
        const from = { issuer: issuer.alias, source: name };
        telemetry.log.warn('keys.unreadable', `The ${name} gave no key set`, { ...from, error: describeError(error) });
        telemetry.meter.count('KeySetUnreadable', from);
        return undefined;
      }
    },
    restSeconds: () => Math.max(1, Math.ceil(restMs() / 1000)),
    wake() {
      askedMs = Number.NEGATIVE_INFINITY;
    },
  };
}
