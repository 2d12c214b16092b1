import type { Caller, HandlerTelemetry, ServiceRight } from '@cloakroom/core';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { successAnswer } from './answers.ts';
import type { LambdaAnswer } from './dialect.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { HttpError } from './http-error.ts';
import { accessCheck, authentication } from './middleware/access-check.ts';
import { answerFormat, answerLog, errorAnswers } from './middleware/answers.ts';
import { bodyParser } from './middleware/body-parser.ts';
import { cors } from './middleware/cors.ts';
import { csrfCheck } from './middleware/csrf-check.ts';
import { navigationCheck } from './middleware/navigation-check.ts';
import { router } from './middleware/router.ts';
import type { Routes } from './route.ts';

export interface HttpOptions {
  /** Exact origins that may send credentials; see `httpEnv`. */
  readonly allowedOrigins: readonly string[];
  readonly telemetry: HandlerTelemetry;
  /** Aliases of the issuers whose users a caller administers. Without it, nobody is an administrator. */
  readonly administers?: (caller: Caller) => readonly string[];
  /** What a service may do. Without it, no service may do anything. */
  readonly rightsOfService?: (caller: Caller) => readonly ServiceRight[];
  /** The AWS session, which wants to know when each invocation ends, and with which answer. */
  readonly aws?: middy.MiddlewareObj<unknown, unknown, Error, Context>;
}

export type HttpHandler = (event: unknown, context: Context) => Promise<LambdaAnswer>;

/** Before Lambda ends the invocation, the client gets an answer of ours, and the log a line. */
const ANSWER_BEFORE_TIMEOUT_MS = 200;

/**
 * A Lambda handler for API Gateway (HTTP API payload 2.0 and REST proxy 1.0) that answers with `routes`. It never
 * throws: whatever happens becomes an answer in the one envelope, and one log line `http.answered`.
 *
 * @throws ConfigurationError when an allowed origin is `*` or anything but an exact origin
 */
export function httpStack(routes: Routes, options: HttpOptions): HttpHandler {
  const { allowedOrigins, telemetry, administers = nobody, rightsOfService = nobody, aws } = options;
  const methods = [...new Set(Object.keys(routes).map((routeKey) => routeKey.split(' ')[0] ?? ''))];
  const timeLimit = { timeoutEarlyInMillis: ANSWER_BEFORE_TIMEOUT_MS, timeoutEarlyResponse: outOfTime };
  const stack = middy<Exchange, LambdaAnswer, Error, Context>(timeLimit)
    // On the way in from first to last; on the way out, with an answer or an error, from last to first.
    .use(aws ?? []) // outermost: its clock starts before any call, and it may end the process, with the answer of all below
    .use(answerLog(telemetry.log)) // sees the answer as the client gets it
    .use(answerFormat()) // on every answer, whoever made it
    .use(cors({ allowedOrigins, methods })) // around the errors: they need its headers too
    .use(errorAnswers(telemetry.log)) // everything thrown below becomes an answer here
    .use(router(routes)) // before access: the route says what a caller needs
    .use(navigationCheck()) // before anything is read or written: what is no navigation uses up no flow
    .use(accessCheck({ administers, rightsOfService })) // before the body: strangers get nothing parsed
    .use(csrfCheck(allowedOrigins)) // after who, since only a ticket comes without the page's doing; before what
    .use(authentication()) // before the body, too: for routes that see to the credential themselves
    .use(bodyParser()) // last: the only layer that costs anything
    .handler(answer);
  // First of all, one form of request: below, an event of either version or any junk has become harmless.
  return (event, context) => {
    telemetry.before({ event, context }); // sees the gateway's own event, and every line its ids
    return stack(createExchange(event, context), context);
  };
}

async function answer({ route, request, authenticated }: Exchange): Promise<LambdaAnswer> {
  return successAnswer(await route.handle(request, authenticated));
}

function nobody(): readonly never[] {
  return [];
}

function outOfTime(): never {
  throw new HttpError('DEPENDENCY_UNAVAILABLE', 'there was not enough time to answer; try again shortly');
}
