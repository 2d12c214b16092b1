import type { Environment } from './environment.ts';

/** Whether any provider tells us when a session there is over. Where none does, nothing waits for that, and nothing is kept for it. */
export function hasBackchannelLogout({ issuers }: Pick<Environment, 'issuers'>): boolean {
  return issuers.some(({ backchannelLogout }) => backchannelLogout);
}
