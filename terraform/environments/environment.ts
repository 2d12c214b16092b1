import { type Issuer, parseIssuers } from '@cloakroom/auth';
import { ConfigurationError, isExactOrigin } from '@cloakroom/core';
import * as v from 'valibot';
import { alarmsSchema } from './alarms-schema.ts';
import { attachToSchema } from './attach-to-schema.ts';
import { boundaryProblems, permissionsBoundarySchema, tagsSchema } from './company-schema.ts';
import { cookieProblems } from './cookie-problems.ts';
import { cookieSchema } from './cookie-schema.ts';
import { domainProblems, domainSchema, withPublicUrl } from './domain-schema.ts';
import { functionProblems } from './function-problems.ts';
import { functionsSchema } from './functions-schema.ts';
import { logLevelSchema } from './log-level-schema.ts';
import { networkSchema, zoneProblems } from './network-schema.ts';
import { ownSchema, reachesForCloakroom, tooLongNames } from './own-schema.ts';
import { regionSchema } from './region-schema.ts';
import { sayIssue } from './say-issue.ts';
import { sessionProblems } from './session-problems.ts';
import { tableNameProblems, tablesSchema } from './table-names.ts';
import { throttleSchema } from './throttle-schema.ts';
import { webAppProblems, webAppsSchema } from './web-apps-schema.ts';

const seconds = v.pipe(v.number(), v.integer(), v.minValue(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
/** Retention periods that CloudWatch Logs knows. */
const retentionDays = v.picklist([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 3653,
]);
const url = v.pipe(
  v.string(),
  v.regex(/^https?:\/\/[^/?#@]+(\/[^?#]*)?$/, 'must be an http(s) URL'),
  v.regex(/[^/]$/, 'must not end with a slash'),
);

/** As a browser, or the web view of an app, sends it in `Origin`. */
const origin = v.pipe(v.string(), v.check(isExactOrigin, 'must be an exact origin, without a path or a pattern'));

const issuers = v.pipe(
  v.array(v.unknown()),
  v.rawTransform<unknown[], readonly Issuer[]>(({ dataset, addIssue, NEVER }) => {
    try {
      return parseIssuers(dataset.value);
    } catch (error) {
      // What is said of the whole list has no path there.
      addIssue({ message: (error instanceof Error ? error.message : String(error)).replaceAll('value: ', '') });
      return NEVER;
    }
  }),
);

const environmentSchema = v.pipe(
  v.strictObject({
    /** What every name in AWS begins with, before the environment: another one is another installation. */
    app: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/, 'must be 2 to 20 of a-z, 0-9 and -')),
    /** That of the folder. `local` is the stack of this machine. */
    name: v.pipe(
      v.string(),
      v.regex(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/, 'must be 2 to 20 of a-z, 0-9 and -, and begin with a letter'),
      v.notValue('local', 'must not be local: so is the stack of this machine called'),
    ),
    region: regionSchema,
    /** The AWS account. Terraform refuses to touch another. */
    accountId: v.optional(v.pipe(v.string(), v.regex(/^\d{12}$/, 'must be the twelve digits of an AWS account'))),
    /** Bounds what every role of the stack may do, the team's own functions' too. */
    permissionsBoundary: v.optional(permissionsBoundarySchema),
    /** Of everything that the stack makes, besides `application` and `environment`. */
    tags: v.optional(tagsSchema),
    /** Where Terraform keeps its state. */
    state: v.variant('kind', [
      v.strictObject({ kind: v.literal('local') }),
      v.strictObject({
        kind: v.literal('s3'),
        bucket: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be a bucket name')),
        region: regionSchema,
      }),
    ]),
    issuers,
    /** Origins of the web pages that call the API with credentials. */
    allowedOrigins: v.pipe(v.array(origin), v.minLength(1)),
    /** Where clients reach the API, when that is not API Gateway's own address: see `hasOwnDomain`. */
    publicUrl: v.optional(url),
    /** The domain of the API, with its certificate. Absent: API Gateway's own address, or a domain that is made elsewhere. */
    domain: v.optional(domainSchema),
    sessions: v.strictObject({
      /** Which session a bearer token needs: that of its own login, or any active one of its user (weaker). */
      binding: v.picklist(['strict', 'user']),
      /** The switch for an incident: `off` lets nobody in who has no session yet. */
      bootstrap: v.optional(v.picklist(['on', 'off']), 'on'),
      maxPerUser: count,
      /** What happens to a sign-in past the limit: the oldest session makes room, or the sign-in is refused. */
      limitPolicy: v.picklist(['evict-oldest', 'deny']),
      maxCreationsPerHour: count,
      bootstrapMaxAuthAgeSeconds: seconds,
      bearerIdleSeconds: seconds,
      ticketIdleSeconds: seconds,
      /** How long a session lasts at most, used or not: said by one of the two, or 30 days. */
      absoluteSeconds: v.optional(seconds),
      ttlHours: v.optional(v.pipe(count, v.maxValue(999_999))),
      /** The validity of the provider's refresh tokens: so long does an ended login stay ended. */
      loginMaxLifetimeSeconds: seconds,
      touchIntervalSeconds: seconds,
      /** How much of a client's address its session keeps. */
      ipStorage: v.picklist(['full', 'truncated', 'none']),
      /** Whether a change of a session's data must name the version that it replaces. */
      requireIfMatch: v.boolean(),
      /** Whether a browser's client that got tokens by itself may hand them in for a ticket. */
      handIn: v.boolean(),
    }),
    /** The cookie of tickets, where people sign in by browser. */
    cookie: cookieSchema,
    /** How old the last good key set of an issuer may be. */
    keysMaxAgeSeconds: seconds,
    eventsRetentionDays: count,
    /** How long storing a batch of events may take. What failed comes back after six times that. */
    storeEventTimeoutSeconds: seconds,
    /** How long Lambda gathers events for a batch. 0 stores each at once, up to 10 in a batch; with a window up to 100 are in one. */
    eventsBatchWindowSeconds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(300)),
    logRetentionDays: retentionDays,
    logLevel: logLevelSchema,
    /** How many of the authorizer's lines about requests that it has allowed are written: 1 for all, 0 for none. */
    authorizerLogSampling: v.pipe(
      v.number('must be a number from 0 to 1'),
      v.minValue(0, 'must be a number from 0 to 1'),
      v.maxValue(1, 'must be a number from 0 to 1'),
    ),
    /** Whether a KMS key of ours encrypts the logs, instead of one of CloudWatch's own. */
    customerLogKey: v.boolean(),
    throttle: throttleSchema,
    /** What single functions get, where that is not what they get by default. */
    functions: v.optional(functionsSchema),
    /**
     * Where AWS is reached, instead of at its regional names: for the functions inside the VPC, and for all where there is
     * none. The way out where an endpoint's private DNS is off.
     */
    endpointUrls: v.optional(v.strictObject({ dynamodb: v.optional(url), sqs: v.optional(url), sts: v.optional(url) })),
    /** A role that the functions assume for every call to AWS, perhaps of another account. It is not made here. */
    dataRoleArn: v.optional(
      v.pipe(v.string(), v.regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'must be the ARN of a role')),
    ),
    /** Who is told what goes wrong. Absent: there are no alarms, no dashboard and no topic. */
    alarms: v.optional(alarmsSchema),
    /** What the tables are called after a restore: tables.json, beside the environment, which `scripts/restore` writes. */
    tables: v.optional(tablesSchema),
    protection: v.strictObject({ preventDestroy: v.boolean(), deletionProtection: v.boolean() }),
    /** The VPC of the functions that need no internet. Absent: no VPC. */
    network: v.optional(networkSchema),
    /** Functions of the team's own behind routes of the API: routes.ts, beside the environment. */
    own: v.optional(ownSchema),
    /** APIs that exist already and ask the authorizer too. */
    attachTo: v.optional(attachToSchema),
    /** Web apps that exist and keep their cookie sessions in the table. */
    webApps: v.optional(webAppsSchema),
  }),
  v.transform(withPublicUrl),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { value } = dataset;
    const problems = [
      ...sessionProblems(value),
      ...zoneProblems(value),
      ...domainProblems(value),
      ...cookieProblems(value),
      ...boundaryProblems(value),
      ...functionProblems(value),
      ...webAppProblems(value),
    ];
    for (const message of problems) addIssue({ message });
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { app, name, own } = dataset.value;
    const prefix = `${app}-${name}`;
    for (const message of [...reachesForCloakroom(own, prefix), ...tooLongNames(own, prefix)]) addIssue({ message });
    for (const message of tableNameProblems(dataset.value)) addIssue({ message });
  }),
  v.check(
    ({ customerLogKey, accountId }) => !customerLogKey || accountId !== undefined,
    'customerLogKey needs accountId: the policy of the key names the account. Say which it is, or customerLogKey: false',
  ),
  v.check(
    ({ attachTo = [], accountId }) => attachTo.length === 0 || accountId !== undefined,
    'attachTo needs accountId: the permission names the account of the APIs. Say which it is',
  ),
  v.check(
    (value) => !/[$%]\{/.test(JSON.stringify(value)),
    'no value may hold "${" or "%{", since Terraform would read them: write the value itself',
  ),
);

/** Everything in which environments differ. Plain data: every environment is the same code. */
export type Environment = v.InferOutput<typeof environmentSchema>;

/** @throws ConfigurationError naming every problem with its path */
export function parseEnvironment(value: unknown): Environment {
  const result = v.safeParse(environmentSchema, value);
  if (result.success) return result.output;
  throw new ConfigurationError(result.issues.map(sayIssue));
}
