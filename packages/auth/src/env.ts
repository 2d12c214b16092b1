import type { AwsSession, DynamoDbItems } from '@cloakroom/aws';
import { dynamodbFrom } from '@cloakroom/aws/dynamodb';
import {
  type Cursors,
  createCursors,
  type EnvOf,
  jsonFileOr,
  type NowMs,
  oneOf,
  positiveInt,
  type Telemetry,
  text,
} from '@cloakroom/core';
import { createDeployedKeys, createVerifier } from './create-verifier.ts';
import { createCursorKey } from './cursor-key.ts';
import { type Issuer, parseIssuers } from './issuer.ts';
import type { KeptKeySets } from './key-sets.ts';
import type { KeyTable } from './key-store.ts';
import type { TokenVerifier } from './verify-token.ts';

/** The keys of the issuers and of cursors are in the table of the sessions. */
export const keyTableEnv = { SESSIONS_TABLE: text };

/** In the zip of a function, or, where Terraform is told the issuers, in the variable `ISSUERS`. */
export const issuersEnv = { ISSUERS_FILE: jsonFileOr('ISSUERS', parseIssuers) };

export const verifierEnv = {
  ...keyTableEnv,
  ...issuersEnv,
  KEYS_MAX_AGE_SECONDS: positiveInt,
  KEYS_FROM: oneOf('provider', 'table'),
};

interface VerifierParts {
  readonly items: DynamoDbItems;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

export function verifierFrom(env: EnvOf<typeof verifierEnv>, parts: VerifierParts): TokenVerifier {
  return createVerifier(verifierDeps(env, parts));
}

/** For whoever checks tokens of another kind. */
export function keySetsFrom(env: EnvOf<typeof verifierEnv>, parts: VerifierParts): KeptKeySets {
  return createDeployedKeys(verifierDeps(env, parts));
}

function verifierDeps(env: EnvOf<typeof verifierEnv>, parts: VerifierParts) {
  return {
    ...parts,
    table: env.SESSIONS_TABLE,
    issuers: issuersFrom(env),
    keysMaxAgeSeconds: env.KEYS_MAX_AGE_SECONDS,
    keysFrom: env.KEYS_FROM,
  };
}

export function issuersFrom(env: EnvOf<typeof issuersEnv>): readonly Issuer[] {
  return env.ISSUERS_FILE;
}

export function keyTableFrom(env: EnvOf<typeof keyTableEnv>, aws: Pick<AwsSession, 'client'>): KeyTable {
  return { dynamodb: dynamodbFrom(aws), table: env.SESSIONS_TABLE };
}

/** The cursors of every list: all functions seal and open them with the one key of the table. */
export function cursorsFrom(env: EnvOf<typeof keyTableEnv>, aws: Pick<AwsSession, 'client'>): Cursors {
  return createCursors(createCursorKey(keyTableFrom(env, aws)).require);
}
