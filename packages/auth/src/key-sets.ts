import type { KeyObject } from 'node:crypto';
import { epochSeconds, type NowMs, type Telemetry } from '@cloakroom/core';
import type { Algorithm } from './algorithms.ts';
import { KeysUnavailableError } from './errors.ts';
import type { FetchKeySet } from './fetch-key-set.ts';
import type { Issuer } from './issuer.ts';
import type { KeySet } from './key-set.ts';
import { createKeySource } from './key-source.ts';
import type { StoredKeys } from './stored-keys.ts';
import { rehearseSignature } from './verify-signature.ts';

/** How long a set is used from memory without looking for a newer one. */
const MEMORY_MS = 10 * 60_000;
/** A set older than this shows that `refresh-keys` is failing: the provider is asked as well, and an alarm rings. */
const FRESH_SECONDS = 3600;
/** One that signs now, one that did before, and one that will. */
const MAX_REHEARSED_KEYS = 3;

/** Which keys of an issuer are looked for. */
export interface WantedKey {
  readonly alg: Algorithm;
  /** Undefined for a token that names no key. */
  readonly kid: string | undefined;
  /** Epoch seconds of the token's `iat`, not verified yet; 0 for a token whose times refuse it anyway. */
  readonly issuedAt: number;
}

export interface KeySetsDeps {
  readonly store: StoredKeys;
  /** Undefined where the provider is known to be out of reach, as it is inside a VPC without internet: it is not asked then. */
  readonly fetchKeySet: FetchKeySet | undefined;
  readonly nowMs: NowMs;
  /** How long a key set may serve after it was fetched, when no newer one can be had. */
  readonly maxAgeSeconds: number;
  readonly telemetry: Telemetry;
}

/** The keys of one issuer. */
interface KeyCache {
  /** As `KeySets.find`. */
  find(wanted: WantedKey): Promise<readonly KeyObject[]>;
  /** As `KeptKeySets.warmUp`. */
  warmUp(): Promise<void>;
}

/**
 * Memory, then the table, then the provider. A newer set replaces the held one whole, so a withdrawn key is gone at once.
 * All callers in need of a set wait for one flight; both sources rest for 30 s between two reads.
 *
 * Where nobody can ask the provider, a set that is older than the token cannot say that there is no such key: the key may be
 * newer. That is an error of ours, which passes with the table's next copy. A token that claims to be older than the set cannot
 * have been signed with a newer key. So junk costs nothing but its sender's own answer, and nothing of it is remembered.
 */
function createKeyCache(issuer: Issuer, deps: KeySetsDeps): KeyCache {
  const { nowMs, maxAgeSeconds, fetchKeySet } = deps;
  const table = createKeySource('table', () => deps.store.get(issuer), { issuer, ...deps });
  const provider = fetchKeySet && createKeySource('provider', () => fetchKeySet(issuer), { issuer, ...deps });
  let held: KeySet | undefined;
  let heldSinceMs = 0;
  let flight: Promise<void> | undefined;

  const ageSeconds = (set: KeySet) => epochSeconds(nowMs()) - set.fetchedAt;
  const usable = () => (held !== undefined && ageSeconds(held) <= maxAgeSeconds ? held : undefined);
  const isSatisfied = (wanted: WantedKey | undefined) =>
    nowMs() - heldSinceMs < MEMORY_MS && (wanted === undefined || has(usable(), wanted));

  function adopt(set: KeySet | undefined): void {
    if (set === undefined || (held !== undefined && set.fetchedAt < held.fetchedAt)) return;
    held = set;
    heldSinceMs = nowMs();
  }

  async function load(wanted: WantedKey | undefined): Promise<void> {
    // Without a set nobody can come in: then the table is read each time, as it is for sessions.
    const copy = await table.read({ evenIfResting: usable() === undefined });
    adopt(copy);
    const isFresh = copy !== undefined && ageSeconds(copy) <= FRESH_SECONDS;
    if (isFresh && isSatisfied(wanted)) return;
    adopt(await provider?.read({ evenIfResting: false }));
    if (held !== undefined && ageSeconds(held) > FRESH_SECONDS) {
      deps.telemetry.meter.count('KeySetStale', { issuer: issuer.alias });
    }
  }

  function fly(wanted: WantedKey | undefined): Promise<void> {
    flight ??= load(wanted).finally(() => {
      flight = undefined;
    });
    return flight;
  }

  return {
    async find(wanted) {
      const joins = flight !== undefined;
      if (!isSatisfied(wanted)) await fly(wanted);
      // Somebody else's flight may have ended at the table, which had their key and not this one.
      if (joins && !isSatisfied(wanted)) await fly(wanted);
      const set = usable();
      const last = provider ?? table;
      if (set === undefined) throw new KeysUnavailableError('none_usable', issuer.alias, last.restSeconds());
      const found = set.find(wanted.alg, wanted.kid);
      if (found.length === 0 && provider === undefined && wanted.issuedAt > set.fetchedAt) {
        throw new KeysUnavailableError('older_than_token', issuer.alias, last.restSeconds());
      }
      return found;
    },
    async warmUp() {
      await fly(undefined);
      for (const { alg, key } of (usable()?.keys ?? []).slice(0, MAX_REHEARSED_KEYS)) await rehearseSignature(alg, key);
      // What failed now may be well when the first token comes: it does not wait until the provider has rested.
      if (usable() === undefined) provider?.wake();
    },
  };
}

function has(set: KeySet | undefined, { alg, kid }: WantedKey): boolean {
  return set !== undefined && set.find(alg, kid).length > 0;
}

/** Where a token's key is looked up: never in the token. */
export interface KeySets {
  /**
   * The issuer's keys that may have signed such a token: see `KeySet.find`. Empty when its key set has none.
   *
   * @throws KeysUnavailableError when there is no key set that may be trusted, or none new enough to know
   */
  find(issuer: Issuer, wanted: WantedKey): Promise<readonly KeyObject[]>;
}

/** Key sets that are kept in memory. */
export interface KeptKeySets extends KeySets {
  /** Gets the issuer's key set as its first token would, which then waits for no more than what is left of it. Never rejects. */
  warmUp(issuer: Issuer): Promise<void>;
}

/** The key sets of this execution environment, each issuer's for itself: one that does not answer holds up no other. */
export function createKeySets(deps: KeySetsDeps): KeptKeySets {
  const byAlias = new Map<string, KeyCache>();
  function keysOf(issuer: Issuer): KeyCache {
    const keys = byAlias.get(issuer.alias) ?? createKeyCache(issuer, deps);
    byAlias.set(issuer.alias, keys);
    return keys;
  }
  return {
    find: (issuer, wanted) => keysOf(issuer).find(wanted),
    warmUp: (issuer) => keysOf(issuer).warmUp(),
  };
}
