import type { MethodArn } from './request.ts';

const METHOD_ARN = /^(arn:aws[a-z-]*:execute-api:[a-z0-9-]+:\d{12}:[a-z0-9]+\/[A-Za-z0-9_-]+)\/([A-Z]+)\/(.*)$/s;

/** Wildcards of a policy's `Resource`, and the start of a policy variable. */
const POLICY_SPECIAL = /[*?$]/;

/**
 * Reads the method ARN of a REST API's authorizer event; undefined for anything else. A session opens the whole stage: right even
 * for a gateway that caches policies.
 */
export function parseMethodArn(arn: unknown): MethodArn | undefined {
  const parts = typeof arn === 'string' ? METHOD_ARN.exec(arn) : null;
  if (parts === null) return undefined;
  const [all, stageArn, verb = '', path = ''] = parts;
  return { arn: all, sessionArn: `${stageArn}/*/*`, verb, segments: path.split('/') };
}

/** A part of a resource's template that a request fills in. */
const ANY_SEGMENT = /^\{[^{}]+\}$/;
const REST_OF_PATH = /^\{[^{}]+\+\}$/;

/**
 * Whether a policy that names this ARN means this method alone. The client chooses the path: with a
 * user called `*`, it would mean everybody's.
 */
export function isLiteral({ arn }: MethodArn): boolean {
  return !POLICY_SPECIAL.test(arn);
}

/**
 * Whether the ARN names a method of this resource: the same verb, and a path that the resource's template describes, where
 * `{name}` stands for one segment and `{name+}` for all that follow. Compared segment by segment, percent-decoded once; a slash
 * at the end is the same path. The event's own `path` is left out: behind a custom domain it begins with the base path.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-set-up-simple-proxy.html
 */
export function isMethodOf({ verb, segments }: MethodArn, httpMethod: string, resource: string): boolean {
  if (verb !== httpMethod || !resource.startsWith('/')) return false;
  const template = resource.slice(1).split('/');
  const path = segments.length > 1 && segments.at(-1) === '' ? segments.slice(0, -1) : segments;
  const isOpenEnded = REST_OF_PATH.test(template.at(-1) ?? '');
  if (isOpenEnded ? path.length < template.length : path.length !== template.length) return false;
  return template.every((part, at) => ANY_SEGMENT.test(part) || decodeOnce(path[at] ?? '') === part);
}

/** Whether a path parameter of an event is what the ARN has there, which is as it was sent, percent-encoded. */
export function isSameUser(userId: string, parameter: string): boolean {
  return userId === parameter || userId === decodeOnce(parameter);
}

/**
 * The user in the path of `POST /users/{userId}/sessions`, percent-decoded once; undefined for any other method.
 * It is split before it is decoded: an encoded slash belongs to the user's id and never makes a segment.
 */
export function bootstrapUserOf({ verb, segments }: MethodArn): string | undefined {
  const [users, userId, sessions, ...more] = segments;
  const isBootstrap = verb === 'POST' && users === 'users' && sessions === 'sessions' && more.length === 0;
  return isBootstrap && userId !== undefined ? decodeOnce(userId) : undefined;
}

/** What stands percent-encoded in a path; undefined for what no encoder makes. */
function decodeOnce(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
