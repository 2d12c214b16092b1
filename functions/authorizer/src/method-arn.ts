import * as v from 'valibot';
import type { MethodArn } from './request.ts';

const METHOD_ARN = /^(arn:aws[a-z-]*:execute-api:[a-z0-9-]+:\d{12}:[a-z0-9]+\/[A-Za-z0-9_-]+)\/([A-Z]+)\/(.*)$/s;

/** Wildcards of a policy's `Resource`, and the start of a policy variable. */
const POLICY_SPECIAL = /[*?$]/;

/** Reads the method ARN of a REST API's authorizer event. */
export const methodArnSchema = v.pipe(
  v.string(),
  v.regex(METHOD_ARN, 'must be the ARN of a method'),
  v.transform((arn): MethodArn => {
    const [, stageArn = '', verb = '', path = ''] = METHOD_ARN.exec(arn) ?? [];
    return { arn, stageArn, verb, segments: path.split('/') };
  }),
);

/**
 * Whether a policy that names this ARN means this method alone. The client chooses the path: with a
 * user called `*`, it would mean everybody's.
 */
export function isLiteral({ arn }: MethodArn): boolean {
  return !POLICY_SPECIAL.test(arn);
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
export function decodeOnce(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
