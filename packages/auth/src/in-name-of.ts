import { TokenInvalidError } from './errors.ts';
import type { Issuer } from './issuer.ts';

/** Lets a refusal name the issuer by whose rules the token was judged. */
export async function inNameOf<T>({ alias }: Pick<Issuer, 'alias'>, verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (error) {
    if (!(error instanceof TokenInvalidError)) throw error;
    throw new TokenInvalidError(error.reason, { claim: error.claim, issuer: alias });
  }
}
