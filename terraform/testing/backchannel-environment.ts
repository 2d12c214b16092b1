import type { Environment } from '../environments/environment.ts';

/** The environment, all of whose providers tell when a session there is over. */
export function withBackchannelLogout(environment: Environment): Environment {
  return { ...environment, issuers: environment.issuers.map((issuer) => ({ ...issuer, backchannelLogout: true })) };
}
