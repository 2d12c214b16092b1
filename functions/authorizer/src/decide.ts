import type { Service, VerifiedToken } from '@cloakroom/auth';
import type { Caller, Login } from '@cloakroom/core';
import { publicSessionId } from '@cloakroom/sessions';
import { checkSession, type SessionCheckDeps, type SessionDenial } from './check-session.ts';
import type { AuthorizerRequest } from './request.ts';

/** Why a valid credential does not get in. */
type DenialReason = SessionDenial | 'service_refused';

/** What the authorizer has decided about a valid credential. */
export type Decision =
  | { readonly outcome: 'allowed'; readonly caller: Caller }
  | { readonly outcome: 'denied'; readonly reason: DenialReason };

/**
 * Decides about a request whose token is valid.
 *
 * A bootstrap reads no session: `create-session` verifies the token itself and decides in its transaction, so that the client
 * is told why in our envelope. A service needs none, and may ask for none; which routes are for services, the functions know.
 * Every other request needs the active session of the token's own login.
 *
 * @throws whatever the session store throws: a failed read is never "no session"
 */
export async function decide(
  deps: SessionCheckDeps,
  request: AuthorizerRequest,
  token: VerifiedToken,
): Promise<Decision> {
  if (token.type === 'service') return decideService(request, token.service);
  const { login } = token;
  if (request.bootstrapUserId === login.user.sub) return { outcome: 'allowed', caller: bootstrapCaller(login) };
  const denial = await checkSession(deps, login);
  if (denial !== undefined) return { outcome: 'denied', reason: denial };
  return { outcome: 'allowed', caller: sessionCaller(login) };
}

function decideService({ isBootstrap }: AuthorizerRequest, { user, clientId, scope, groups }: Service): Decision {
  if (isBootstrap) return { outcome: 'denied', reason: 'service_refused' };
  const who = { userId: user.sub, issuer: user.issuer, clientId, scope, groups };
  return { outcome: 'allowed', caller: { ...who, kind: 'service', bootstrap: false, reason: 'service' } };
}

function bootstrapCaller(login: Login): Caller {
  return { ...identity(login), bootstrap: true, reason: 'bootstrap' };
}

/** A bearer session's id is the id of its login. */
function sessionCaller(login: Login): Caller {
  return {
    ...identity(login),
    sessionId: publicSessionId(login.user, login.loginId),
    bootstrap: false,
    reason: 'active',
  };
}

/** Rights come from the token, which the provider renews, and not from the session, which remembers the sign-in. */
function identity({ user, clientId, scope, groups, authTime, acr }: Login) {
  return {
    userId: user.sub,
    issuer: user.issuer,
    clientId,
    kind: 'bearer' as const,
    scope,
    groups,
    authTime,
    ...(acr === undefined ? {} : { acr }),
  };
}
