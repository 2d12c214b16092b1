import type { KeyObject } from 'node:crypto';
import type { Issuer } from './issuer.ts';
import { createKeyCache, type KeyCache, type KeySetsDeps, type WantedKey } from './key-cache.ts';

/** Where a token's key is looked up: never in the token. */
export interface KeySets {
  /**
   * The issuer's key of that id and algorithm, or undefined when its key set does not have it.
   *
   * @throws KeysUnavailableError when there is no key set that may be trusted, or none new enough to know
   */
  find(issuer: Issuer, wanted: WantedKey): Promise<KeyObject | undefined>;
}

/** The key sets of this execution environment, each issuer's for itself: one that does not answer holds up no other. */
export function createKeySets(deps: KeySetsDeps): KeySets {
  const byAlias = new Map<string, KeyCache>();
  return {
    find(issuer, wanted) {
      const keys = byAlias.get(issuer.alias) ?? createKeyCache(issuer, deps);
      byAlias.set(issuer.alias, keys);
      return keys.find(wanted);
    },
  };
}
