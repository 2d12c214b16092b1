import type { KeyObject } from 'node:crypto';
import type { NowMs, Telemetry } from '@cloakroom/core';
import type { FetchKeySet } from './fetch-key-set.ts';
import { createIssuerKeys, type IssuerKeys } from './issuer-keys.ts';
import type { Issuer } from './issuers.ts';
import type { Algorithm } from './key-set.ts';
import type { KeyStore } from './key-store.ts';

/** Where a token's key is looked up: never in the token. */
export interface KeySets {
  /**
   * The issuer's key of that id and algorithm, or undefined when its key set does not have it.
   *
   * @throws KeysUnavailableError when there is no key set that may be trusted
   */
  find(issuer: Issuer, wanted: WantedKey): Promise<KeyObject | undefined>;
}

export interface WantedKey {
  readonly alg: Algorithm;
  readonly kid: string;
}

export interface KeySetsDeps {
  readonly store: Pick<KeyStore, 'get'>;
  readonly fetchKeySet: FetchKeySet;
  readonly nowMs: NowMs;
  /** How long a key set may serve after it was fetched, when no newer one can be had. */
  readonly maxAgeSeconds: number;
  readonly telemetry: Telemetry;
}

/** The key sets of this execution environment, each issuer's for itself: one that does not answer holds up no other. */
export function createKeySets(deps: KeySetsDeps): KeySets {
  const byAlias = new Map<string, IssuerKeys>();
  return {
    find(issuer, wanted) {
      const keys = byAlias.get(issuer.alias) ?? createIssuerKeys(issuer, deps);
      byAlias.set(issuer.alias, keys);
      return keys.find(wanted);
    },
  };
}
