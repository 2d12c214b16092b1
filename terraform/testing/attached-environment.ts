import type { Environment } from '../environments/environment.ts';

/** One of each kind, that a team has already. */
export const ATTACHED_APIS: NonNullable<Environment['attachTo']> = [
  { kind: 'http', apiId: 'h1t2t3p4a5', stage: '$default' },
  { kind: 'rest', apiId: 'r1e2s3t4a5', stage: 'live' },
  { kind: 'websocket', apiId: 'w1e2b3s4o5', stage: 'live' },
];

/** The environment with its authorizer before APIs that are not its own. */
export function withAttachedApis(environment: Environment): Environment {
  return { ...environment, accountId: environment.accountId ?? '123456789012', attachTo: ATTACHED_APIS };
}
