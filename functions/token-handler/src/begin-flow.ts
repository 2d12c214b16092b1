import { randomBytes } from 'node:crypto';
import { epochSeconds, toBase64url } from '@cloakroom/core';
import type { HttpRequest } from '@cloakroom/http';
import type { Flow, NewFlow } from '@cloakroom/sessions';
import type { SignInPlace, TokenHandlerDeps } from './deps.ts';
import { beginCookies, type FlowKind, heldFlows } from './flow-cookies.ts';
import type { Redirect } from './navigation.ts';
import type { Report } from './report.ts';

/** A flow, but for what is random in it. */
export type FlowPlan = Omit<Flow, 'state' | 'nonce' | 'verifier'>;

type Deps = Pick<TokenHandlerDeps, 'flows' | 'cookie' | 'nowMs'>;
type Request = Pick<HttpRequest<unknown>, 'headers'>;

const STATE_BYTES = 16;
const SECRET_BYTES = 32;

export interface Begun {
  readonly flow: NewFlow;
  readonly cookies: readonly string[];
}

/** Writes a new flow down, and gives the cookies by which this browser, and no other, will be known on it. */
export async function beginFlow(plan: FlowPlan, request: Request, { flows, cookie, nowMs }: Deps): Promise<Begun> {
  const random = (bytes: number) => toBase64url(randomBytes(bytes));
  const flow: NewFlow = {
    ...plan,
    state: random(STATE_BYTES),
    nonce: random(STATE_BYTES),
    verifier: random(SECRET_BYTES),
    secret: random(SECRET_BYTES),
  };
  await flows.begin(flow);
  const kind: FlowKind = plan.why === 'left' || plan.why === 'signed_out' ? 'leaving' : 'sign-in';
  const started = { kind, state: flow.state, secret: flow.secret, startedAt: epochSeconds(nowMs()) };
  return { flow, cookies: beginCookies(started, heldFlows(request.headers.cookie, cookie), cookie) };
}

/** Sends the browser to the provider. `more`: parameters for this one request. @throws ProviderError */
export async function beginSignIn(
  plan: FlowPlan,
  more: Readonly<Record<string, string>>,
  { request, oidc, deps, report }: { request: Request; oidc: SignInPlace['oidc']; deps: Deps; report: Report },
): Promise<Redirect> {
  const { flow, cookies } = await beginFlow(plan, request, deps);
  const location = await oidc.authorizationUrl(flow, { ...flow.parameters, ...more });
  report.started(plan.issuer, plan.isSecond ? 'second' : plan.why);
  return { location: `${location}#`, cookies };
}
