import { bearerToken, TokenInvalidError, type TokenVerifier } from '@cloakroom/auth';
import {
  epochSeconds,
  isSameUser,
  jsonObject,
  type Login,
  type NowMs,
  parseTimestamp,
  type Telemetry,
  type User,
} from '@cloakroom/core';
import { type HttpAnswer, HttpError, type HttpRequest, type Route, requireNamedUser } from '@cloakroom/http';
import { clientInfo, type IpStorage, MAX_USER_AGENT_LENGTH } from '@cloakroom/http/client-info';
import {
  assertDataFits,
  type CreationPolicy,
  type CreationRequest,
  type CreationResult,
  NO_DATA,
  type SessionStore,
  toSessionView,
} from '@cloakroom/sessions';
import * as v from 'valibot';
import { type FoundSession, findOwnSession, type Ticket, ticketOf } from './own-session.ts';
import { type Attempt, createReport, type Report } from './report.ts';

const isTimestamp = (text: string) => parseTimestamp(text) !== undefined;

const bodySchema = v.strictObject({
  /** What to show the user as the client, in place of the request's `User-Agent`. */
  userAgent: v.optional(v.pipe(v.string(), v.maxLength(MAX_USER_AGENT_LENGTH, 'may have 512 characters'))),
  /** Accepted, and not used: when the person signed in is told by the token. */
  loginTime: v.optional(v.pipe(v.string(), v.check(isTimestamp, 'must be an ISO 8601 timestamp'))),
  /** What the client calls its device, for the user to recognise it by. */
  device: v.optional(v.pipe(v.string(), v.maxLength(100, 'may have 100 characters'))),
  data: v.optional(jsonObject),
});

/** The body of a request for a session. Every field may be missing, and so may the body. */
const sessionBody = v.optional(bodySchema, {});

export type SessionBody = v.InferOutput<typeof bodySchema>;

export interface CreateSessionDeps {
  readonly verifier: Pick<TokenVerifier, 'verify'>;
  readonly sessions: Pick<SessionStore, 'create' | 'getData' | 'require'>;
  readonly policy: CreationPolicy;
  /** What is kept of the client's address. */
  readonly ipStorage: IpStorage;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

const OF_USER = 'POST /users/{userId}/sessions';
const WITHOUT_USER = 'POST /auth/bootstrap-session';

/**
 * Both ways to turn a sign-in into its session. They answer 200 with the session; a repeat gets the same one. The token is
 * verified here, whether there was an authorizer or not: what it tells is needed whole, and one of the routes has none.
 * The sign-in of a ticket has its session: it gets that, as a repeat does, so that a client need not know what it signs in with.
 *
 * Its failures: 400 for a path that could name several people; 401 for any bad credential; 403 for a path of somebody else, `LOGIN_ENDED`, `SESSION_REQUIRED`; 409; 413
 * for `data` above 8 KiB of JSON; 429 with `Retry-After`; 503 when no key set can be had.
 */
export function createSession(deps: CreateSessionDeps): Readonly<Record<string, Route<SessionBody, Login | Ticket>>> {
  const report = createReport(deps.telemetry);
  const sessionOf = async (signIn: Login | Ticket, request: HttpRequest<SessionBody>): Promise<FoundSession> => {
    if (!('sessionId' in signIn)) return create(deps, report, { request, login: signIn });
    const found = await findOwnSession(deps.sessions, signIn);
    report.answered({ request, login: found.session }, found);
    return found;
  };
  const route: Route<SessionBody, Login | Ticket> = {
    access: 'public',
    async authenticate(request) {
      try {
        const signIn = ticketOf(request) ?? (await requireLogin(request, deps.verifier));
        requireOwnPath(request, signIn.user);
        return signIn;
      } catch (error) {
        // A 401 is counted as such: it is no sign-in.
        if (!(error instanceof TokenInvalidError)) report.notAnswered({ request }, error);
        throw error;
      }
    },
    body: sessionBody,
    async handle(request, signIn) {
      assertDataFits(request.body.data ?? NO_DATA.value);
      const result = await sessionOf(signIn, request);
      return answer(result, epochSeconds(deps.nowMs()));
    },
  };
  return { [OF_USER]: route, [WITHOUT_USER]: route };
}

/** A service has no sessions. */
async function requireLogin({ headers }: HttpRequest, verifier: CreateSessionDeps['verifier']): Promise<Login> {
  const token = await verifier.verify(bearerToken(headers.authorization));
  if (token.type === 'service') throw new HttpError('FORBIDDEN');
  return token.login;
}

/** Only for oneself. */
function requireOwnPath({ routeKey, pathParameters }: HttpRequest, user: User): void {
  if (routeKey === WITHOUT_USER) return;
  const named = requireNamedUser(pathParameters.userId ?? '', { own: user, administers: [] });
  if (!isSameUser(named, user)) throw new HttpError('FORBIDDEN');
}

function creationRequest(request: HttpRequest<SessionBody>, login: Login, deps: CreateSessionDeps): CreationRequest {
  const { userAgent, device, data } = request.body;
  const known = clientInfo(request, deps.ipStorage);
  const client = { ...known, userAgent: userAgent ?? known.userAgent, device };
  return { login, client, data, policy: deps.policy };
}

interface SignIn extends Attempt {
  readonly request: HttpRequest<SessionBody>;
  readonly login: Login;
}

async function create(deps: CreateSessionDeps, report: Report, signIn: SignIn): Promise<CreationResult> {
  try {
    const result = await deps.sessions.create(creationRequest(signIn.request, signIn.login, deps));
    report.answered(signIn, result);
    return result;
  } catch (error) {
    report.notAnswered(signIn, error);
    throw error;
  }
}

function answer({ session, data }: FoundSession, nowSeconds: number): HttpAnswer {
  return { status: 200, data: toSessionView({ session, data, isCurrent: true, nowSeconds }) };
}
