import { ProviderError } from '@cloakroom/auth/oidc';
import type { HttpRequest } from '@cloakroom/http';
import type { Flow } from '@cloakroom/sessions';
import { beginFlow } from './begin-flow.ts';
import type { SignInPlace, TokenHandlerDeps } from './deps.ts';
import type { Arrival, Redirect } from './navigation.ts';
import { addressOf, type Destination } from './return-to.ts';

/** Where a browser that has signed out ends the provider's session, too; null where it cannot. */
export interface WayOut {
  readonly logoutUrl: string | null;
  readonly cookies: readonly string[];
}

interface Leaving {
  readonly request: Pick<HttpRequest<unknown>, 'headers'>;
  readonly place: SignInPlace;
  readonly deps: TokenHandlerDeps;
  readonly destination: Destination;
  readonly idToken?: string | undefined;
}

const NOWHERE: WayOut = { logoutUrl: null, cookies: [] };

/** By the provider's logout, and back by `/auth/left`. */
export async function leaveByLogout({ request, place, deps, destination, idToken }: Leaving): Promise<WayOut> {
  const url = (state: string) => place.oidc.logoutUrl({ state, idToken }).catch(() => undefined);
  // A flow is for providers that can be left, and those that cannot be reached are none of these now.
  if ((await url('')) === undefined) return NOWHERE;
  const { flow, cookies } = await beginFlow({ why: 'signed_out', ...planOf(place, destination) }, request, deps);
  return { logoutUrl: (await url(flow.state)) ?? null, cookies };
}

/**
 * By a code that the provider gives without a question, and back by the callback, which ends the session with the refresh token for
 * it. A Keycloak's own logout would ask whether the person wants to, unless an ID token stood in its address.
 */
export async function leaveByCode({ request, place, deps, destination }: Leaving): Promise<WayOut> {
  const { flow, cookies } = await beginFlow({ why: 'leave', ...planOf(place, destination) }, request, deps);
  const url = await place.oidc.authorizationUrl(flow, { prompt: 'none' }).catch(() => undefined);
  return url === undefined ? NOWHERE : { logoutUrl: url, cookies };
}

function planOf({ client }: SignInPlace, { frontend, returnTo }: Destination) {
  return { issuer: client.issuer.alias, parameters: {}, isSecond: false, frontend, returnTo } as const;
}

/** The browser is back with the code of `leaveByCode`, or because nobody is signed in there. Nothing is opened by it. */
export async function finishLeaving({ request, place, deps }: Arrival, flow: Flow): Promise<Redirect> {
  const there = { location: addressOf(flow), cookies: [] };
  if (await endAtProvider({ request, place }, flow)) return there;
  const { logoutUrl, cookies } = await leaveByLogout({ request, place, deps, destination: flow });
  return logoutUrl === null ? there : { location: `${logoutUrl}#`, cookies };
}

async function endAtProvider({ request, place }: Pick<Arrival, 'request' | 'place'>, flow: Flow): Promise<boolean> {
  try {
    const { refreshToken } = await place.oidc.exchange(request.query, flow);
    return refreshToken !== undefined && (await place.oidc.endSession(refreshToken));
  } catch (error) {
    return error instanceof ProviderError && error.reason === 'login_required';
  }
}
