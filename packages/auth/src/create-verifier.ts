import type { DynamoDbItems } from '@cloakroom/aws';
import type { NowMs, Telemetry } from '@cloakroom/core';
import { createKeySetFetcher } from './fetch-key-set.ts';
import type { Issuer } from './issuer.ts';
import { createKeySets, type KeptKeySets } from './key-sets.ts';
import { createStoredKeys } from './stored-keys.ts';
import { createTokenVerifier, type TokenVerifier } from './verify-token.ts';

interface VerifierDeps {
  readonly issuers: readonly Issuer[];
  readonly items: DynamoDbItems;
  /** Name of the sessions table, which holds the shared copies of the key sets. */
  readonly table: string;
  /** How long a key set may serve after it was fetched, when no newer one can be had. */
  readonly keysMaxAgeSeconds: number;
  /** Where new key sets are got: `table` where the provider is out of reach, and the table's copy is all there is. */
  readonly keysFrom: 'provider' | 'table';
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

/** The key sets of a deployed function: from memory, then from the table, then from the provider if it can be reached. */
export function createDeployedKeys(deps: VerifierDeps): KeptKeySets {
  const { nowMs, telemetry } = deps;
  return createKeySets({
    store: createStoredKeys(deps),
    fetchKeySet: deps.keysFrom === 'provider' ? createKeySetFetcher({ nowMs }) : undefined,
    maxAgeSeconds: deps.keysMaxAgeSeconds,
    nowMs,
    telemetry,
  });
}

/** The verifier of a deployed function. */
export function createVerifier(deps: VerifierDeps): TokenVerifier {
  return createTokenVerifier({ issuers: deps.issuers, keys: createDeployedKeys(deps), nowMs: deps.nowMs });
}
