import * as v from 'valibot';
import { arnMatches } from '../iam/patterns.ts';
import type { LambdaService } from '../lambda/lambda-service.ts';
import type { GatewayAuthorizer } from './configuration.ts';
import { authorizerEvent, type EventContext, routeArn } from './event.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { identityOf } from './identity-source.ts';
import { invoke } from './invoke.ts';

const oneOrMore = v.union([v.string(), v.array(v.string())]);
const statementSchema = v.object({ Effect: v.picklist(['Allow', 'Deny']), Action: oneOrMore, Resource: oneOrMore });

/** The IAM policy of an authorizer's answer. */
const policySchema = v.object({ Statement: v.union([v.array(statementSchema), statementSchema]) });
type Policy = v.InferOutput<typeof policySchema>;

const INVOKE = ['execute-api:invoke', 'execute-api:*', '*'];

/** Whether the policy allows `execute-api:Invoke` on the route's ARN: an explicit Deny wins, silence denies. */
function isPolicyAllowing({ Statement }: Policy, arn: string): boolean {
  const relevant = list(Statement).filter(
    ({ Action, Resource }) =>
      list(Action).some((action) => INVOKE.includes(action.toLowerCase())) &&
      list(Resource).some((resource) => resource === '*' || arnMatches(resource, arn)),
  );
  return relevant.length > 0 && relevant.every(({ Effect }) => Effect === 'Allow');
}

function list<T>(value: T | T[]): readonly T[] {
  return Array.isArray(value) ? value : [value];
}

/** What came of asking the authorizer. A refusal has the gateway's own status and, for the log, what went wrong. */
export type Decision =
  | { readonly allowed: true; readonly context: Readonly<Record<string, unknown>> }
  | { readonly allowed: false; readonly status: 401 | 403 | 500; readonly error?: string };

const contextSchema = v.nullish(v.record(v.string(), v.unknown()), {});
const simpleSchema = v.looseObject({ isAuthorized: v.optional(v.unknown()), context: contextSchema });
const iamSchema = v.looseObject({ policyDocument: policySchema, context: contextSchema });

/**
 * Asks a REQUEST authorizer, every time: nothing is cached.
 *
 * Only the boolean `true` authorizes. A function whose error message is exactly `Unauthorized` refuses with 401; any other
 * error, a timeout and an answer of another form are 500.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export async function authorize(
  lambda: Pick<LambdaService, 'invoke'>,
  authorizer: GatewayAuthorizer,
  { request, context }: { readonly request: GatewayRequest; readonly context: EventContext },
): Promise<Decision> {
  const identity = identityOf(authorizer.identitySources, request);
  if (identity === undefined) return { allowed: false, status: 401, error: 'an identity source is missing' };
  const outcome = await invoke(lambda, authorizer, JSON.stringify(authorizerEvent(request, context, identity)));
  if (outcome.kind === 'timed-out') return { allowed: false, status: 500, error: 'the authorizer timed out' };
  if (outcome.kind === 'failed') {
    return { allowed: false, status: outcome.errorMessage === 'Unauthorized' ? 401 : 500, error: outcome.errorMessage };
  }
  const arn = routeArn(request, context);
  return authorizer.simpleResponses ? readSimple(outcome.payload) : readPolicy(outcome.payload, arn);
}

function readSimple(payload: string): Decision {
  const result = v.safeParse(simpleSchema, parseJson(payload));
  if (!result.success) return malformed;
  return result.output.isAuthorized === true ? { allowed: true, context: result.output.context } : forbidden;
}

function readPolicy(payload: string, arn: string): Decision {
  const result = v.safeParse(iamSchema, parseJson(payload));
  if (!result.success) return malformed;
  const { policyDocument, context } = result.output;
  return isPolicyAllowing(policyDocument, arn) ? { allowed: true, context } : forbidden;
}

const forbidden: Decision = { allowed: false, status: 403 };
const malformed: Decision = { allowed: false, status: 500, error: 'the authorizer gave a malformed answer' };

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
