import { ConfigurationError } from '@cloakroom/core';
import {
  assertApart,
  assertDeployable,
  cognitoIssuer,
  defaults,
  type Environment,
  parseEnvironment,
} from '@cloakroom/terraform';
import { Call, type Written } from './written.ts';

/** Which options a field of the environment comes from, by the beginning of what is said of it. The first that fits counts. */
const OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^name\b/, '<environment>'],
  [/^app\b/, '--app'],
  [/^region\b/, '--region'],
  [/^accountId\b/, '--account'],
  [/^state\.bucket\b/, '--state-bucket'],
  [/^state\.region\b/, '--region'],
  [/^sessions\.loginMaxLifetimeSeconds\b/, '--refresh-token-days'],
  [/^allowedOrigins\b/, '--frontend, --origin'],
  [/^permissionsBoundary\b/, '--permissions-boundary'],
  [/^tags\b/, '--tag'],
  [/^alarms\.notify\b/, '--notify'],
  [/^domain\.certificateArn/, '--certificate-arn'],
  [/^domain\.hostedZoneId/, '--hosted-zone-id'],
  [/^domain: .*needs exactly one/, '--hosted-zone-id, --certificate-arn'],
  [/^(domain|publicUrl)\b/, '--domain'],
  [/^frontends\b/, '--frontend, --domain'],
  [/^clientSecretName\b/, '--client-secret-name'],
  [/^network\.endpoints/, '--dynamodb-prefix-list-id, --sqs-security-group-id, --sts-security-group-id'],
  [/^network\.vpcId/, '--vpc-id'],
  [/^network\.subnetIds/, '--subnet-id'],
  [/^network(\.routeTableIds|: needs routeTableIds)/, '--route-table-id'],
  [/^network\.subnets\.\d+\.availabilityZone|^network\.subnets: /, '--zone'],
  [/^network\b/, '--vpc-cidr'],
  [/^issuers(: 0)?\.alias|^issuers: has an? (alias|issuer)/, '--alias'],
  [/^issuers: 0\.clientIds|^issuers\.0\.clientIds/, '--client-id'],
  [/^issuers: .*audience/, '--audience'],
  [/^issuers: 0\.audiences/, '--audience'],
  [/^issuers: 0\.profile/, '--profile'],
  [/^issuers: 0\.algorithms/, '--algorithm'],
  [/^issuers: 0\.loginClaim/, '--login-claim'],
  [/^issuers: 0\.browser\.clientSecretName/, '--client-secret-name'],
  [/^issuers(: |\.)0\.browser\.frontends/, '--frontend'],
  [/^issuers: .*browser of .*clientId/, '--browser-client-id'],
  [/^issuers/, '--user-pool-id, --issuer'],
];

/**
 * What is wrong with an environment, by the options that it comes from: what its schema refuses, what may not leave a laptop, and what
 * would be mixed up with one of those that there are. Empty when nothing is.
 */
export function problemsOf(
  fields: Readonly<Record<string, Written>>,
  others: readonly Environment[] = [],
): readonly string[] {
  try {
    const environment = parseEnvironment(dataOf(fields));
    assertDeployable(environment);
    assertApart(environment, others);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.flatMap(single).map((problem) => `${optionOf(problem)}: ${problem}`);
  }
}

/** The environment as data, as the file that is written evaluates to. */
export function dataOf({ sessions, ...fields }: Readonly<Record<string, Written>>): Readonly<Record<string, unknown>> {
  const changed = sessions === undefined ? {} : (evaluated(sessions) as object);
  const rest = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, evaluated(value)]));
  return { ...defaults, ...rest, sessions: { ...defaults.sessions, ...changed } };
}

function evaluated(value: Written): unknown {
  if (value instanceof Call) return cognitoIssuer(evaluated(value.argument) as Parameters<typeof cognitoIssuer>[0]);
  if (Array.isArray(value)) return value.map(evaluated);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, evaluated(inner)]));
}

/** All that is wrong with issuers comes in one sentence. */
function single(problem: string): readonly string[] {
  const [, issuers] = /^issuers: (.*)$/s.exec(problem) ?? [];
  return issuers === undefined ? [problem] : issuers.split('; ').map((one) => `issuers: ${one}`);
}

function optionOf(problem: string): string {
  return OPTIONS.find(([beginning]) => beginning.test(problem))?.[1] ?? '<environment>';
}
