import type { Issuer } from '@cloakroom/auth';
import { defaults } from './defaults.ts';
import type { Environment } from './environment.ts';
import { inLocalAccount } from './in-local-account.ts';
import { environmentOf } from './index.ts';

/** Short, so that a failed event is tried again while its developer still looks. */
const LOCAL_STORE_EVENT_TIMEOUT_SECONDS = 2;

/** The role of whoever tries a web app on this machine: `aws sts assume-role` gives its credentials. */
const LOCAL_WEB_APP = 'cloakroom-local-web-app';

/** What of the local stack is not as in `dev`. */
export interface LocalOverlay {
  /** Who signs people in: of this machine, or of an environment. */
  readonly issuers: readonly Issuer[];
  /** The local HTTP API, without a slash at the end. */
  readonly api: string;
  /** Pages that may call the API with credentials, as exact origins. */
  readonly allowedOrigins: readonly string[];
}

/**
 * `dev` on this machine: other issuers, local origins, no VPC, no domain, AWS where the local one is, tokens that may be handed in, one web app, and the names that the scripts know. It is an overlay and not an environment, so that nothing
 * which trusts a local provider can be deployed.
 */
export function localEnvironment({ issuers, api, allowedOrigins }: LocalOverlay): Environment {
  const { network: _, endpointUrls: __, domain: ___, own, ...rest } = environmentOf('dev');
  return {
    ...rest,
    app: defaults.app,
    state: { kind: 'local' },
    issuers,
    allowedOrigins: [...allowedOrigins],
    publicUrl: api,
    alarms: { notify: [] },
    sessions: { ...rest.sessions, handIn: true },
    ...(own === undefined ? {} : { own: inLocalAccount(own) }),
    webApps: [{ role: LOCAL_WEB_APP }],
    storeEventTimeoutSeconds: LOCAL_STORE_EVENT_TIMEOUT_SECONDS,
  };
}
