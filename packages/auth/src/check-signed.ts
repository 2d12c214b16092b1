import type { KeyObject } from 'node:crypto';
import { type Algorithm, isAlgorithm } from './algorithms.ts';
import type { Claims, JwsHeader, UnverifiedJws } from './compact-jws.ts';
import { TokenInvalidError } from './errors.ts';
import type { Issuer } from './issuer.ts';
import type { KeySets, WantedKey } from './key-sets.ts';
import { verifySignature } from './verify-signature.ts';

/** A token whose signature is not checked yet, and what it says about itself. */
export interface SignedToken extends UnverifiedJws {
  readonly token: string;
}

interface SignedContext {
  readonly issuer: Issuer;
  readonly keys: KeySets;
  /** Epoch seconds, our clock. */
  readonly nowSeconds: number;
  /** For times that come from the provider's clock. */
  readonly toleranceSeconds: number;
}

/** What a token was found to be signed with. */
export interface Signature {
  /** What the issuer's key set was asked for. */
  readonly wanted: WantedKey;
  /** Of the keys that it had, the one that verified the signature. */
  readonly key: KeyObject;
}

/**
 * Makes sure that a token of any kind is signed by its issuer, with a configured algorithm, and is in its time.
 *
 * @throws TokenInvalidError    `algorithm_refused`, `key_unknown`, `signature_wrong`, or what is wrong with its times
 * @throws KeysUnavailableError no key set can tell; retrying later may help
 */
export async function checkSigned({ token, header, claims }: SignedToken, context: SignedContext): Promise<Signature> {
  const { issuer, keys } = context;
  const wanted = { alg: requireAlgorithm(header, issuer), kid: header.kid, issuedAt: claimedIssue(claims, context) };
  const candidates = await keys.find(issuer, wanted);
  if (candidates.length === 0) throw new TokenInvalidError('key_unknown');
  // What is signed is the very text that the claims were read from.
  const key = await verifySignature(token, candidates, issuer.algorithms);
  assertTimes(claims, context);
  return { wanted, key };
}

type Clock = Pick<SignedContext, 'nowSeconds' | 'toleranceSeconds'>;

/** One that the configuration lists for the issuer. The keys that are asked for are made for that algorithm. */
function requireAlgorithm({ alg }: JwsHeader, { algorithms }: Issuer): Algorithm {
  if (!isAlgorithm(alg) || !algorithms.includes(alg)) throw new TokenInvalidError('algorithm_refused');
  return alg;
}

/** When a token says that it was issued, or that it begins, in epoch seconds; 0 where its times refuse it anyway. */
function claimedIssue({ iat, nbf, exp }: Claims, { nowSeconds, toleranceSeconds }: Clock): number {
  const issued = iat ?? nbf;
  const isPossible = isFiniteNumber(issued) && issued <= nowSeconds + toleranceSeconds;
  return isPossible && isFiniteNumber(exp) && exp > nowSeconds - toleranceSeconds ? issued : 0;
}

/**
 * RFC 7519 §4.1.4 to §4.1.6. An end is required; the others are not, and providers of before RFC 9068 leave `iat` out. JSON's 1e400,
 * which is Infinity, is a number like any other for its parser.
 */
function assertTimes({ exp, nbf, iat }: Claims, { nowSeconds, toleranceSeconds }: Clock): void {
  const latest = nowSeconds + toleranceSeconds;
  if (!isFiniteNumber(exp)) throw new TokenInvalidError('claim_malformed', { claim: 'exp' });
  if (exp <= nowSeconds - toleranceSeconds) throw new TokenInvalidError('expired', { claim: 'exp' });
  if (isInFuture('nbf', nbf, latest)) throw new TokenInvalidError('not_yet_valid', { claim: 'nbf' });
  if (isInFuture('iat', iat, latest)) throw new TokenInvalidError('issued_in_future', { claim: 'iat' });
}

function isInFuture(claim: string, value: unknown, latest: number): boolean {
  if (value === undefined) return false;
  if (!isFiniteNumber(value)) throw new TokenInvalidError('claim_malformed', { claim });
  return value > latest;
}

function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value);
}
