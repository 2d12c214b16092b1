import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Control } from './control.ts';
import { ENDPOINTS, type Endpoint, type ProviderBehaviour } from './provider-behaviour.ts';
import { LOGOUT_GRANT } from './provider-clients.ts';
import { type ProviderShape, SHAPES } from './provider-shape.ts';
import { readForm } from './read-form.ts';

/** oidc-provider's own names of its places. */
const USUAL_ROUTES: Readonly<Record<Endpoint, string>> = {
  authorization: '/auth',
  token: '/token',
  revocation: '/token/revocation',
  end_session: '/session/end',
  jwks: '/jwks',
  discovery: '/.well-known/openid-configuration',
};

type Routes = (typeof SHAPES)[ProviderShape]['routes'];

/** Where the question "Do you want to log out?" is answered, and how the logout then knows. */
export const CONFIRMED = 'confirmed';
export const confirmationPath = (logout: string) => `${logout}/${CONFIRMED}`;

interface BeforeOptions {
  readonly issuer: string;
  readonly shape: ProviderShape;
  readonly behaviour: ProviderBehaviour;
  /** Takes one off what is left of a behaviour that is meant for so many times; false when there is nothing left. */
  readonly useOnce: Control['useOnce'];
}

/**
 * Answers what oidc-provider must not see, as the behaviour says, and puts other requests into its words.
 *
 * @returns whether it has answered
 */
export async function answerBefore(
  options: BeforeOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { behaviour, shape } = options;
  if (behaviour.outage !== 'none') return failAll(behaviour.outage, response);
  const url = new URL(request.url ?? '/', options.issuer);
  const endpoint = endpointOf(shape, url.pathname);
  const fixed = endpoint === undefined ? undefined : behaviour.answers[endpoint];
  if (fixed !== undefined) {
    response
      .writeHead(fixed.status, { 'content-type': 'application/json', ...fixed.headers })
      .end(JSON.stringify(fixed.body));
    return true;
  }
  if (endpoint === 'authorization' && sendError(options, url, response)) return true;
  if (endpoint === 'authorization' && behaviour.ignoresPrompt) withoutPrompt(url);
  if (endpoint === 'end_session' && shape === 'cognito') inUsualWords(url);
  if (url.pathname === confirmationPath(endpointPath(shape, 'end_session'))) {
    url.pathname = endpointPath(shape, 'end_session');
    url.searchParams.set(CONFIRMED, 'yes');
    request.method = 'GET';
  }
  request.url = url.pathname + url.search;
  if (endpoint !== 'end_session' || shape !== 'keycloak' || request.method !== 'POST') return false;
  await logoutByRefreshToken(options, request, response);
  return true;
}

/** Where a place of the provider is: `/oauth2/token`. */
export function endpointPath(shape: ProviderShape, endpoint: Endpoint): string {
  const { [endpoint as keyof Routes]: path = USUAL_ROUTES[endpoint] } = SHAPES[shape].routes;
  return path;
}

function endpointOf(shape: ProviderShape, path: string): Endpoint | undefined {
  return ENDPOINTS.find((endpoint) => endpointPath(shape, endpoint) === path);
}

function failAll(outage: ProviderBehaviour['outage'], response: ServerResponse): true {
  if (outage === 'closed') response.destroy();
  if (outage === 'unavailable') response.writeHead(503).end();
  if (outage === 'throttled') response.writeHead(429, { 'retry-after': '30' }).end();
  return true; // a silent one never answers
}

/** Goes back to the client with an error, if that is what it does now. */
function sendError({ behaviour, shape, issuer, useOnce }: BeforeOptions, url: URL, response: ServerResponse): boolean {
  const error = behaviour.authorizationError;
  const target = url.searchParams.get('redirect_uri');
  if (error === undefined || target === null || !useOnce('authorizationError')) return false;
  const back = new URL(target);
  const state = url.searchParams.get('state');
  const answer = {
    ...error.parameters,
    ...(state === null ? {} : { state }),
    ...(SHAPES[shape].tellsIssuer ? { iss: issuer } : {}),
  };
  for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value);
  response.writeHead(303, { location: back.href }).end();
  return true;
}

function withoutPrompt({ searchParams }: URL): void {
  searchParams.delete('max_age');
  if (searchParams.get('prompt') !== 'none') searchParams.delete('prompt');
}

/** Cognito's `/logout` has its own name for the address, and gives no `state` back. */
function inUsualWords({ searchParams }: URL): void {
  const target = searchParams.get('logout_uri');
  searchParams.delete('state');
  searchParams.delete('post_logout_redirect_uri');
  if (target !== null) searchParams.set('post_logout_redirect_uri', target);
}

/**
 * Keycloak ends a session for a client that posts its refresh token to the end-session endpoint. oidc-provider knows how a client
 * proves itself at the token endpoint alone: so it is asked there, by a grant of our own.
 */
async function logoutByRefreshToken(
  { issuer, shape }: BeforeOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = await readForm(request);
  form.set('grant_type', LOGOUT_GRANT);
  const { authorization } = request.headers;
  const path = endpointPath(shape, 'token');
  const answer = await fetch(issuer + path, {
    method: 'POST',
    body: form,
    headers: authorization === undefined ? {} : { authorization },
  });
  const text = await answer.text();
  response.writeHead(answer.status, text === '' ? {} : { 'content-type': 'application/json' }).end(text);
}
