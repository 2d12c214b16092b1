import { createRememberingVerifier, keySetsFrom, type TokenVerifier } from '@cloakroom/auth';
import { epochSeconds, systemNowMs } from '@cloakroom/core';
import { accessClaims, anIssuer, recordTelemetry, type TestAlgorithm, type TestSigner } from '@cloakroom/testing';

export const ISSUER = 'https://issuer.example.com';

/** The verifier as the authorizer has it, of tokens that the signer makes; its keys come from a table that answers at once. */
export function createOurVerifier({ alg, jwk }: TestSigner): TokenVerifier {
  const Item = {
    jwks: { S: JSON.stringify({ keys: [jwk] }) },
    fetched_at: { N: String(epochSeconds(systemNowMs())) },
  };
  const refuse = () => Promise.reject(new Error('only the key set is to be read'));
  const issuers = [anIssuer({ issuer: ISSUER, algorithms: [alg as TestAlgorithm] })];
  const keys = keySetsFrom(
    { SESSIONS_TABLE: 'sessions', ISSUERS_FILE: issuers, KEYS_MAX_AGE_SECONDS: 86_400, KEYS_FROM: 'table' },
    {
      items: { getItem: async () => ({ Item }), query: refuse, updateItem: refuse },
      nowMs: systemNowMs,
      telemetry: recordTelemetry(),
    },
  );
  return createRememberingVerifier({ issuers, keys, nowMs: systemNowMs });
}

/** An access token as Cognito makes them; no two with different ids are the same. */
export function tokenOf(signer: TestSigner, id: string): string {
  return signer.sign(
    accessClaims(epochSeconds(systemNowMs()), {
      iss: ISSUER,
      jti: id,
      'cognito:groups': ['staff', 'editors'],
      scope: 'openid profile email',
      username: 'ada',
    }),
  );
}
