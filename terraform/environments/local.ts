import type { Issuer } from '@cloakroom/auth';
import { dev } from './dev/environment.ts';
import type { Environment } from './environment.ts';

/** Short, so that a failed event is tried again while its developer still looks. */
const LOCAL_STORE_EVENT_TIMEOUT_SECONDS = 2;

/** Where the local parts listen, without a slash at the end. */
export interface LocalUrls {
  /** The local OpenID Connect provider. */
  readonly provider: string;
  /** The local HTTP API. */
  readonly api: string;
  /** Pages that may call the API with credentials, as exact origins. */
  readonly allowedOrigins: readonly string[];
}

/**
 * `dev` on this machine: the local provider's tokens instead of Cognito's, local origins, no VPC. It is an overlay and
 * not an environment, so that nothing which trusts the local provider can be deployed.
 */
export function localEnvironment(urls: LocalUrls): Environment {
  const { network: _, ...rest } = dev;
  return {
    ...rest,
    state: { kind: 'local' },
    issuers: [localIssuer(urls.provider)],
    allowedOrigins: [...urls.allowedOrigins],
    publicUrl: urls.api,
    storeEventTimeoutSeconds: LOCAL_STORE_EVENT_TIMEOUT_SECONDS,
  };
}

/** The local provider's access tokens look like Cognito's. Whoever signs in with the group `admins` administers everybody. */
function localIssuer(provider: string): Issuer {
  return {
    alias: 'local',
    issuer: provider,
    jwksUri: `${provider}/jwks`,
    profile: 'cognito',
    algorithms: ['RS256'],
    clientIds: ['cloakroom-local', 'cloakroom-service'],
    audiences: [],
    loginClaim: 'origin_jti',
    roles: [{ claim: 'groups', value: 'admins', administers: ['local'] }],
    services: ['cloakroom-service'],
  };
}
