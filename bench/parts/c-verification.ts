import { constants, type KeyObject, verify } from 'node:crypto';
import { createTestSigner } from '@cloakroom/testing';
import { jwtVerify } from 'jose';
import type { BenchContext, Part, Row } from '../../scripts/bench-part.ts';
import { interleave, rowsOf, type Variant } from '../../scripts/bench-rounds.ts';
import { createOurVerifier, ISSUER, tokenOf } from '../verification/our-verifier.ts';

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const;
type Algorithm = (typeof ALGORITHMS)[number];

const [TOKENS, QUICK_TOKENS] = [300, 100];
const WARM_UP_ROUNDS = 3;

export const part: Part = {
  letter: 'c',
  title: 'A token verified',
  measures:
    'CPU (user and system, all threads) of a verification, one after the other in one process, with the key in memory. ' +
    '`node:crypto` checks the signature alone, jose (`jwtVerify`) also issuer and times, ours all the rules of the issuer.',
  run,
};

async function run(context: BenchContext): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const alg of ALGORITHMS) rows.push(...(await measureAlgorithm(alg, context)));
  return rows;
}

async function measureAlgorithm(alg: Algorithm, { rounds, isQuick, progress }: BenchContext): Promise<readonly Row[]> {
  const signer = createTestSigner(alg, 'key-1');
  const ours = createOurVerifier(signer);
  const count = isQuick ? QUICK_TOKENS : TOKENS;
  const batches = Array.from({ length: rounds + WARM_UP_ROUNDS }, (_, round) =>
    Array.from({ length: count }, (_, index) => tokenOf(signer, `${round}-${index}`)),
  );
  const seen = Array<string>(count).fill(tokenOf(signer, 'seen'));
  const seenBatches = batches.map(() => seen);
  const [byNode, byJose] = [`${alg}, node:crypto`, `${alg}, jose`];
  const variants = [
    variantOf(byNode, batches, async (token) => verifyByNode(token, alg, signer.publicKey)),
    variantOf(byJose, batches, (token) => jwtVerify(token, signer.publicKey, { algorithms: [alg], issuer: ISSUER })),
    variantOf(`${alg}, ours`, batches, (token) => ours.verify(token)),
    variantOf(`${alg}, ours, token seen before`, seenBatches, (token) => ours.verify(token)),
  ];
  const samples = await interleave(variants, {
    rounds,
    warmUpRounds: WARM_UP_ROUNDS,
    progress: (line) => progress(`${alg}: ${line}`),
  });
  return rowsOf(samples, { metric: 'cpuUs', unit: 'µs CPU', baselines: [byNode, byJose] });
}

function variantOf(
  name: string,
  batches: readonly (readonly string[])[],
  verifyToken: (token: string) => Promise<unknown>,
): Variant<'cpuUs'> {
  const remaining = batches.values();
  return {
    name,
    async measure() {
      const tokens = remaining.next().value ?? [];
      const started = process.cpuUsage();
      for (const token of tokens) await verifyToken(token);
      const { user, system } = process.cpuUsage(started);
      return { cpuUs: (user + system) / tokens.length };
    },
  };
}

/** RFC 7518 §3.1: ES256 has two plain numbers for a signature, PS256 a salt as long as the hash. */
function verifyByNode(token: string, alg: Algorithm, key: KeyObject): void {
  const end = token.lastIndexOf('.');
  const padding = alg === 'PS256' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
  const options = { key, dsaEncoding: 'ieee-p1363' as const, ...padding };
  const digest = alg === 'EdDSA' ? null : `sha${alg.slice(2)}`;
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  if (!verify(digest, Buffer.from(token.slice(0, end)), options, signature)) throw new Error(`${alg} is broken`);
}
