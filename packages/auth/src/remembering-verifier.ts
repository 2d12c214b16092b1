import { hash } from 'node:crypto';
import { epochSeconds } from '@cloakroom/core';
import { deepFreeze } from './deep-freeze.ts';
import { CLOCK_TOLERANCE_SECONDS, createJudge, type JudgeDeps, type Judgement } from './judge-token.ts';
import { createTokenMemory } from './token-memory.ts';
import type { TokenVerifier } from './verify-token.ts';

/**
 * As `createTokenVerifier`, for whoever sees a token again and again: the signature of one that was found valid is not computed anew
 * as long as its times are good by the clock of now, and the issuer's key set, which is asked as for any token, has the very key
 * that verified it. A set that was read anew has other keys, so with it every token is verified again; and where no set may be
 * trusted any more, nothing that was remembered is either.
 *
 * Tokens are known by the SHA-256 of their whole text, signature included: nobody can make two texts with the same, and how long
 * it takes to look one up tells nothing about texts that one does not have. Of a token that is refused, nothing is kept.
 */
export function createRememberingVerifier(deps: JudgeDeps): TokenVerifier {
  const judge = createJudge(deps);
  const memory = createTokenMemory<Judgement>();

  async function stillHolds({ issuer, wanted, key, validity }: Judgement): Promise<boolean> {
    const nowSeconds = epochSeconds(deps.nowMs());
    const isInTime =
      validity.end > nowSeconds - CLOCK_TOLERANCE_SECONDS && validity.start <= nowSeconds + CLOCK_TOLERANCE_SECONDS;
    return isInTime && (await deps.keys.find(issuer, wanted)).includes(key);
  }

  return {
    async verify(token) {
      const digest = hash('sha256', token, 'binary');
      const known = memory.get(digest);
      if (known !== undefined) {
        if (await stillHolds(known)) return known.verified;
        memory.forget(digest);
      }
      const judgement = await judge(token);
      memory.put(digest, { ...judgement, verified: deepFreeze(judgement.verified) }, token.length);
      return judgement.verified;
    },
  };
}
