import type { Issuer } from '@cloakroom/auth';

/** Whether any provider tells us when a session there is over. Where none does, nothing waits for that, and nothing is kept for it. */
export function hasBackchannelLogout({ issuers }: { readonly issuers: readonly Issuer[] }): boolean {
  return issuers.some(({ backchannelLogout }) => backchannelLogout);
}
