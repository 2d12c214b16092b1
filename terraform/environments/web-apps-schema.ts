import * as v from 'valibot';
import type { networkSchema } from './network-schema.ts';
import { CLOAKROOM_FUNCTIONS } from './own-schema.ts';

/** How many apps an environment has at most: the policy of DynamoDB's endpoint has room for as many. */
const MOST_APPS = 20;

const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;
const ROLE_ARN = /^arn:aws:iam::(?<account>\d{12}):role\/(?<path>(?:[\w+=,.@-]+\/)*)(?<name>[\w+=,.@-]{1,64})$/;

const roleName = v.pipe(
  v.string(),
  v.regex(ROLE_NAME, 'must be the name of a role; one with a path is named by roleArn'),
);
const roleArn = v.pipe(
  v.string(),
  v.regex(ROLE_ARN, 'must be the ARN of a role, such as arn:aws:iam::123456789012:role/shop-web'),
);
/** Whether the app may list and clear the sessions of all its users, which reads the whole table. */
const scan = v.optional(v.boolean());

const webApp = v.union(
  [v.strictObject({ role: roleName, scan }), v.strictObject({ roleArn, scan })],
  'must be { role } or { roleArn }, with scan: true where the app lists all sessions',
);

/** Roles of web apps that are made elsewhere and keep their sessions in the table, by the store `@cloakroom/express-session`. */
export const webAppsSchema = v.pipe(
  v.array(webApp),
  v.maxLength(MOST_APPS, `must be at most ${MOST_APPS} apps: let some share a role`),
);

type WebApps = v.InferOutput<typeof webAppsSchema>;

/** The role of a web app. */
export interface WebAppRole {
  /** What IAM takes for a policy of it: its name, without a path. */
  readonly name: string;
  /** What follows `role/` in its ARN. */
  readonly pathAndName: string;
  /** In Terraform, the same wherever the app stands in the list. */
  readonly id: string;
  readonly scans: boolean;
}

/** The roles of an environment's web apps, in the order of their names. */
export function webAppRoles({ webApps = [] }: { readonly webApps?: WebApps | undefined }): readonly WebAppRole[] {
  return webApps.map(roleOf).toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function roleOf(app: WebApps[number]): WebAppRole {
  const { name = '', path = '' } = 'role' in app ? { name: app.role } : (ROLE_ARN.exec(app.roleArn)?.groups ?? {});
  return {
    name,
    pathAndName: `${path}${name}`,
    id: `web_app_${name.replaceAll(/\W/g, '_')}`,
    scans: app.scan ?? false,
  };
}

/** An environment, as far as its web apps must agree with it. */
interface Told {
  readonly app: string;
  readonly name: string;
  readonly accountId?: string | undefined;
  readonly dataRoleArn?: string | undefined;
  readonly network?: v.InferOutput<typeof networkSchema> | undefined;
  readonly own?: { readonly functions: Readonly<Record<string, unknown>> } | undefined;
  readonly webApps?: WebApps | undefined;
}

/** What contradicts between web apps and the rest of their environment, a sentence for each. */
export function webAppProblems(environment: Told): readonly string[] {
  const { webApps = [], accountId } = environment;
  if (webApps.length === 0) return [];
  const needsAccount = accountId === undefined && namesAccounts(environment);
  const ofRoles = [...samePolicies(webAppRoles(environment)), ...ownRoles(environment)];
  return needsAccount
    ? [...ofRoles, 'webApps needs accountId: ARNs of roles name their account. Say which it is']
    : [...ofRoles, ...otherAccounts(environment)];
}

/** Whether an ARN has to be told or compared: a policy of IAM's on a role needs its name alone. */
function namesAccounts({ webApps = [], dataRoleArn, network }: Told): boolean {
  return dataRoleArn !== undefined || makesGateway(network) || webApps.some((app) => 'roleArn' in app);
}

/** Whether the endpoint of DynamoDB is made here, whose policy names who may pass. */
function makesGateway(network: Told['network']): boolean {
  if (network === undefined || !('vpcId' in network)) return network !== undefined;
  return network.endpoints === 'create' || network.endpoints.dynamodbPrefixListId === undefined;
}

/** IAM takes names that differ in capitals alone for one. */
function samePolicies(roles: readonly WebAppRole[]): readonly string[] {
  return [...Map.groupBy(roles, ({ id }) => id.toLowerCase()).values()].flatMap(([first, second]) => {
    if (first === undefined || second === undefined) return [];
    return first.name.toLowerCase() === second.name.toLowerCase()
      ? [`webApps: the role ${first.name} stands twice: leave one of the entries out`]
      : [`webApps: ${first.name} and ${second.name} would be ${first.id} in Terraform, both: rename one of the roles`];
  });
}

function ownRoles({ app, name, own, ...environment }: Told): readonly string[] {
  const made = [...CLOAKROOM_FUNCTIONS, ...Object.keys(own?.functions ?? {}), 'flow-logs'];
  const names = made.map((one) => `${app}-${name}-${one}`);
  return webAppRoles(environment)
    .filter((role) => names.includes(role.name.toLowerCase()))
    .map((role) => `webApps: ${role.name} is a role of this stack: name the role of your web app, made elsewhere`);
}

function otherAccounts({ webApps = [], accountId, dataRoleArn }: Told): readonly string[] {
  const foreign = webApps
    .flatMap((app) => ('roleArn' in app ? [{ arn: app.roleArn, account: accountOf(app.roleArn) }] : []))
    .filter(({ account }) => account !== accountId);
  const dataAccount = dataRoleArn === undefined ? accountId : accountOf(dataRoleArn);
  return [
    ...foreign.map(
      ({ arn, account }) =>
        `webApps: ${arn} is of the account ${account}, and not of accountId ${accountId}, where the table is: make a role there that the app may assume, and name that`,
    ),
    ...(dataAccount === accountId
      ? []
      : [
          `webApps: by dataRoleArn the sessions are in the account ${dataAccount}: name the roles in the environment whose stack has that table`,
        ]),
  ];
}

function accountOf(arn: string): string | undefined {
  return arn.split(':')[4];
}
