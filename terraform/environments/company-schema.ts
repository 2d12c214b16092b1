import * as v from 'valibot';

const BOUNDARY_ARN = /^arn:aws:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/;

/** A policy that bounds what roles may do, whatever their own policies say: one of the account's own, or of AWS. */
export const permissionsBoundarySchema = v.pipe(
  v.string(),
  v.regex(BOUNDARY_ARN, 'must be the ARN of a policy, arn:aws:iam::<account>:policy/<name>'),
);

/** Tags that the stack puts on everything by itself. IAM takes keys that differ in capitals for one. */
const OWN_TAGS = ['application', 'environment'] as const;
/** Of all resources AWS takes 50. Some of ours have a `Name` besides. */
const MOST_TAGS = 50 - OWN_TAGS.length - 1;

/** What AWS takes for a tag in every one of its services. */
const CHARACTERS = /^[\p{L}\p{N}\p{Zs}_.:/=+@-]*$/u;
const characters = v.regex(CHARACTERS, 'may hold letters, digits, spaces and _ . : / = + - @ alone');

/**
 * Tags of everything that the stack makes.
 *
 * @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 */
export const tagsSchema = v.pipe(
  v.record(
    v.pipe(
      v.string(),
      v.minLength(1, 'a key has at least one character'),
      v.maxLength(128, 'a key has at most 128 characters'),
      characters,
      v.check((key) => !/^aws:/i.test(key), 'a key that begins with aws: is for AWS itself'),
      v.check(
        (key) => !OWN_TAGS.some((own) => own === key.toLowerCase()),
        `${OWN_TAGS.join(' and ')} are there already, by app and name`,
      ),
    ),
    v.pipe(v.string(), v.maxLength(256, 'a value has at most 256 characters'), characters),
  ),
  v.check(
    (tags) => Object.keys(tags).length <= MOST_TAGS,
    `must be at most ${MOST_TAGS}: AWS takes 50 on a resource, and the stack has its own`,
  ),
  v.check((tags) => {
    const keys = Object.keys(tags).map((key) => key.toLowerCase());
    return new Set(keys).size === keys.length;
  }, 'has two keys that differ in capitals alone: IAM takes them for one'),
);

/** An environment, as far as a boundary must agree with it. */
interface Told {
  readonly accountId?: string | undefined;
  readonly permissionsBoundary?: string | undefined;
}

/** What contradicts between a boundary and the rest of its environment. Empty when nothing does. */
export function boundaryProblems({ accountId, permissionsBoundary }: Told): readonly string[] {
  const owner = BOUNDARY_ARN.exec(permissionsBoundary ?? '')?.[1];
  return owner === undefined || owner === 'aws' || accountId === undefined || owner === accountId
    ? []
    : [
        `permissionsBoundary is of the account ${owner}, and not of accountId ${accountId}: IAM takes its own alone. Name a policy of that account`,
      ];
}
