import type { AwsSession } from '@cloakroom/aws';
import type { NowMs, Telemetry } from '@cloakroom/core';
import { createKeySetFetcher } from './fetch-key-set.ts';
import type { Issuer } from './issuer.ts';
import { createKeySets } from './key-sets.ts';
import { createKeyStore } from './key-store.ts';
import { createTokenVerifier, type TokenVerifier } from './verify-token.ts';

interface VerifierDeps {
  readonly issuers: readonly Issuer[];
  readonly dynamodb: Pick<AwsSession['dynamodb'], 'send'>;
  /** Name of the sessions table, which holds the shared copies of the key sets. */
  readonly table: string;
  /** How long a key set may serve after it was fetched, when no newer one can be had. */
  readonly keysMaxAgeSeconds: number;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

/** The verifier of a deployed function: it takes keys from memory, then from the table, then from the provider. */
export function createVerifier(deps: VerifierDeps): TokenVerifier {
  const { issuers, nowMs, telemetry } = deps;
  const keys = createKeySets({
    store: createKeyStore(deps),
    fetchKeySet: createKeySetFetcher({ nowMs }),
    maxAgeSeconds: deps.keysMaxAgeSeconds,
    nowMs,
    telemetry,
  });
  return createTokenVerifier({ issuers, keys, nowMs });
}
