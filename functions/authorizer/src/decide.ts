import { routesOfService, type Service, userOf, type VerifiedToken } from '@cloakroom/auth';
import { type Caller, type Login, namesOneself, type User } from '@cloakroom/core';
import { publicSessionId, type Session } from '@cloakroom/sessions';
import type { SessionDenial } from './binding.ts';
import type { CheckSession } from './check-session.ts';
import { isLiteral, isMethodOf } from './method-arn.ts';
import type { AuthorizerRequest } from './request.ts';

/** What a request has shown: a valid token, or the ticket of an active session. */
export type Proof = VerifiedToken | { readonly type: 'ticket'; readonly session: Session };

/** Who has shown it, a service too. */
export function userOfProof(proof: Proof): User {
  return proof.type === 'ticket' ? proof.session.user : userOf(proof);
}

/** What the authorizer has decided about a valid credential. */
export type Decision =
  | { readonly outcome: 'allowed'; readonly caller: Caller }
  | { readonly outcome: 'denied'; readonly reason: SessionDenial | 'service_refused' };

/**
 * Decides about a request whose credential is valid. A ticket is let through: its session is active, and on every route alike.
 *
 * A bootstrap reads no session: `create-session` verifies the token itself and decides in its transaction, so that the client
 * is told why in our envelope. A service needs none: it is let through to the routes that its configuration lists, and a bootstrap is none of them.
 * Every other request needs an active session, the login's own or, by the weaker binding, one of its user.
 *
 * @throws whatever the session store throws: a failed read is never "no session"
 */
export async function decide(checkSession: CheckSession, request: AuthorizerRequest, proof: Proof): Promise<Decision> {
  if (proof.type === 'ticket') return { outcome: 'allowed', caller: ticketCaller(proof.session) };
  if (proof.type === 'service') return decideService(request, proof.service);
  const { login } = proof;
  if (isOwnBootstrap(request, login)) return { outcome: 'allowed', caller: bootstrapCaller(login) };
  const finding = await checkSession(login);
  if ('denial' in finding) return { outcome: 'denied', reason: finding.denial };
  return { outcome: 'allowed', caller: sessionCaller(login, finding.session) };
}

type Identity = Pick<Login, 'user' | 'clientId' | 'scope' | 'groups' | 'roles' | 'authTime' | 'acr'>;

function isOwnBootstrap({ bootstrapUserId }: AuthorizerRequest, { user }: Login): boolean {
  return bootstrapUserId !== undefined && namesOneself(bootstrapUserId, user);
}

function decideService(request: AuthorizerRequest, { user, clientId, scope, groups, grant }: Service): Decision {
  if (request.isBootstrap || !routesOfService(grant).some((routeKey) => isOn(routeKey, request))) {
    return { outcome: 'denied', reason: 'service_refused' };
  }
  const who = { userId: user.sub, issuer: user.issuer, clientId, scope, groups };
  return { outcome: 'allowed', caller: { ...who, kind: 'service', bootstrap: false, reason: 'service' } };
}

/** Whether the request is one of this route. Of a TOKEN event the method ARN alone says what is called. */
function isOn(routeKey: string, { route, methodArn }: AuthorizerRequest): boolean {
  // A policy that names the method must not mean others too.
  if (methodArn !== undefined && !isLiteral(methodArn)) return false;
  if (route === routeKey || methodArn === undefined) return route === routeKey;
  const [method = '', resource = ''] = routeKey.split(' ');
  const verb = method === 'ANY' ? methodArn.verb : method;
  return route === undefined ? isMethodOf(methodArn, verb, resource) : route === `${verb} ${resource}`;
}

function bootstrapCaller(login: Login): Caller {
  return { ...identity(login), bootstrap: true, reason: 'bootstrap' };
}

function sessionCaller(login: Login, { user, id }: Session): Caller {
  const reason = id === login.loginId ? 'active' : 'active_session_of_user';
  return { ...identity(login), sessionId: publicSessionId(user, id), bootstrap: false, reason };
}

/** There is no token that could tell its rights: they are the session's. */
function ticketCaller(session: Session): Caller {
  const sessionId = publicSessionId(session.user, session.id);
  return { ...identity(session), kind: 'ticket', sessionId, bootstrap: false, reason: 'active' };
}

/** Rights of a bearer come from the token, which the provider renews, and not from the session, which remembers the sign-in. */
function identity({ user, clientId, scope, groups, roles, authTime, acr }: Identity) {
  return {
    userId: user.sub,
    issuer: user.issuer,
    clientId,
    kind: 'bearer' as const,
    scope,
    groups,
    ...(roles === undefined ? {} : { roles }),
    authTime,
    ...(acr === undefined ? {} : { acr }),
  };
}
