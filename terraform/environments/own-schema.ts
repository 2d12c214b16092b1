import * as v from 'valibot';
import { checkVariables } from '../modules/lambda/check-variables.ts';
import { ownRouteProblems } from './own-route-problems.ts';

/** Cloakroom's own functions: a name in AWS is theirs or the team's. */
export const CLOAKROOM_FUNCTIONS: readonly string[] = [
  'authorizer',
  'backchannel-logout',
  'create-session',
  'enqueue-event',
  'health',
  'list-events',
  'record-changes',
  'refresh-keys',
  'sessions-api',
  'store-event',
  'token-handler',
  'user-data',
];

/** API Gateway gives up on a function after this. */
const MAX_TIMEOUT_SECONDS = 30;
/** Of a function and of a role: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_NAME_LENGTH = 64;
const FUNCTION_NAME = /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/;

const EXACT_ARN = /^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:[^*?]+$/;
const ARN_OF_PARTS = /^arn:aws[a-z-]*:(s3:::|[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:[^*?/]+\/)[^*?/]+(\/[^*?/]+)*\/\*$/;

const functionName = v.pipe(
  v.string(),
  v.regex(FUNCTION_NAME, 'must be 1 to 32 of a-z, 0-9 and -, and begin with a letter'),
  v.check((name) => !CLOAKROOM_FUNCTIONS.includes(name), 'is a function of Cloakroom: take another name'),
  // The policy by which a function writes its log has this name.
  v.check((name) => !name.endsWith('-runtime'), 'must not end in -runtime'),
);

const entry = v.pipe(
  v.string(),
  v.regex(/\.(ts|mts|js|mjs)$/, 'must be a file of TypeScript or JavaScript: .ts, .mts, .js or .mjs'),
  v.check(
    (path) => path.split('/').every((part) => /^[\w@.-]+$/.test(part) && !/^\.+$/.test(part)),
    'must be a path inside the repository, such as apps/orders/handler.ts',
  ),
);

const action = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9-]+:[A-Za-z0-9]+$/, 'must be one action of IAM, such as dynamodb:GetItem, without *'),
);
/** Of one thing, or, by `/*` at the end, of what is in one: the objects of a bucket, the indexes of a table. */
const resourceArn = v.pipe(
  v.string(),
  v.check(
    (arn) => EXACT_ARN.test(arn) || ARN_OF_PARTS.test(arn),
    'must be the ARN of one thing; /* at its end stands for what is in that',
  ),
);

const variables = v.pipe(
  v.record(v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_]+$/, 'must be a name that Lambda takes')), v.string()),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    try {
      checkVariables('the function', dataset.value);
    } catch (error) {
      addIssue({ message: error instanceof Error ? error.message : String(error) });
    }
  }),
);

const ownFunction = v.strictObject({
  /** The file that exports `handler`, from the root of the repository. */
  entry,
  /** Default: 512. */
  memoryMb: v.optional(v.pipe(v.number(), v.integer(), v.minValue(128), v.maxValue(10_240))),
  /** Default: 15. */
  timeoutSeconds: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.maxValue(MAX_TIMEOUT_SECONDS, `must be at most ${MAX_TIMEOUT_SECONDS}: API Gateway waits no longer`),
    ),
  ),
  /** What it is told, and nothing besides. They stand in Terraform's state: no secrets. */
  variables: v.optional(variables),
  /** What it may do in AWS, besides writing its log. */
  statements: v.optional(
    v.array(
      v.strictObject({
        actions: v.pipe(v.array(action), v.minLength(1)),
        resources: v.pipe(v.array(resourceArn), v.minLength(1)),
      }),
    ),
  ),
});

/** Functions of the team's, and the routes of Cloakroom's API that they serve, each by its route key. */
export const ownSchema = v.pipe(
  v.strictObject({
    functions: v.record(functionName, ownFunction),
    routes: v.record(v.string(), v.string()),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { functions, routes } = dataset.value;
    for (const message of ownRouteProblems(routes, Object.keys(functions))) addIssue({ message });
  }),
);

/** What `terraform/environments/<env>/routes.ts` holds. */
export type Own = v.InferOutput<typeof ownSchema>;

/**
 * Which statements reach for what is Cloakroom's, a sentence for each: who writes sessions decides who gets in, past the authorizer.
 * A function of the team's asks the API, as the person that calls it.
 */
export function reachesForCloakroom(own: Own | undefined, prefix: string): readonly string[] {
  const ours = new RegExp(
    `[:/]${prefix}(-((sessions|events)(-\\d{12})?|events-dlq|changes-dlq|schedules-dlq)$|-(sessions|events)(-\\d{12})?/|/)`,
  );
  return Object.entries(own?.functions ?? {}).flatMap(([name, { statements = [] }]) =>
    statements
      .flatMap(({ resources }) => resources)
      .filter((arn) => ours.test(arn))
      .map((arn) => `own.functions.${name}.statements: ${arn} is Cloakroom's own, ask its API instead`),
  );
}

/** Which functions get a name in AWS that is too long, a sentence for each. */
export function tooLongNames(own: Own | undefined, prefix: string): readonly string[] {
  return Object.keys(own?.functions ?? {})
    .map((name) => `${prefix}-${name}`)
    .filter((name) => name.length > MAX_NAME_LENGTH)
    .map(
      (name) =>
        `own.functions: ${name} has ${name.length} characters, and AWS takes ${MAX_NAME_LENGTH}: shorten the name of the function`,
    );
}
