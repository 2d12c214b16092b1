import type { Environment } from '../environments/environment.ts';
import { prod } from '../environments/prod/environment.ts';
import { ATTACHED_APIS } from '../testing/attached-environment.ts';
import { CERTIFICATE_ARN } from '../testing/domain-environment.ts';
import { SETTINGS_OF_FUNCTIONS } from '../testing/functions-environment.ts';
import { OWN } from '../testing/own-environment.ts';

const [cognito] = prod.issuers;

/** Another value for every field of an environment, by its path, that may be changed while a stack runs. */
export const FIELD_CHANGES: Readonly<Record<string, (environment: Environment) => unknown>> = {
  issuers: () => [{ ...cognito, alias: 'other', clientIds: ['another-client-id'] }],
  allowedOrigins: () => ['https://other.example.com'],
  publicUrl: () => 'https://api.example.com',
  domain: () => ({ name: 'api.example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' }),
  'domain.name': () => 'sessions.example.com',
  'domain.certificateArn': () => CERTIFICATE_ARN.replace('12345678-', '87654321-'),
  'domain.hostedZoneId': () => 'Z0123456789ABCDEFGHIJ',
  'domain.mutualTls.truststoreUri': () => 's3://example-truststore/other-clients.pem',
  'domain.mutualTls.truststoreVersion': () => 'v2',
  'domain.defaultEndpoint': () => 'off',
  'sessions.binding': () => 'user',
  'sessions.bootstrap': () => 'off',
  'sessions.maxPerUser': () => 7,
  'sessions.limitPolicy': () => 'deny',
  'sessions.maxCreationsPerHour': () => 7,
  'sessions.bootstrapMaxAuthAgeSeconds': () => 700,
  'sessions.bearerIdleSeconds': () => 700_000,
  'sessions.ticketIdleSeconds': () => 7000,
  'sessions.absoluteSeconds': () => 700_000,
  'sessions.ttlHours': () => 7,
  'sessions.loginMaxLifetimeSeconds': () => 700_000,
  'sessions.touchIntervalSeconds': () => 77,
  'sessions.ipStorage': () => 'none',
  'sessions.requireIfMatch': () => true,
  'sessions.handIn': () => true,
  'cookie.name': () => '__Host-Http-cloakroom',
  'cookie.sameSite': () => 'Strict',
  'cookie.persistent': () => true,
  keysMaxAgeSeconds: () => 70_000,
  eventsRetentionDays: () => 77,
  storeEventTimeoutSeconds: () => 17,
  eventsBatchWindowSeconds: () => 7,
  logRetentionDays: () => 14,
  logLevel: () => 'DEBUG',
  authorizerLogSampling: () => 0.25,
  permissionsBoundary: () => 'arn:aws:iam::123456789012:policy/others',
  tags: () => ({ 'cost-center': '42', team: 'others' }),
  // Of the environment's own account: web apps are where the tables are.
  dataRoleArn: () => 'arn:aws:iam::123456789012:role/cloakroom-data',
  'endpointUrls.dynamodb': () => 'https://vpce-1.dynamodb.eu-central-1.vpce.amazonaws.com',
  'endpointUrls.sqs': () => 'https://vpce-2.sqs.eu-central-1.vpce.amazonaws.com',
  'endpointUrls.sts': () => 'https://vpce-3.sts.eu-central-1.vpce.amazonaws.com',
  attachTo: () => ATTACHED_APIS,
  webApps: () => [{ role: 'another-web' }],
  'alarms.notify': () => ['other@example.com', 'https://events.example.com/alarms'],
  'alarms.runbooksUrl': () => 'https://wiki.example.com/runbooks',
  'alarms.thresholds': () => ({ revocations: 7 }),
  customerLogKey: ({ customerLogKey }) => !customerLogKey,
  'throttle.ratePerSecond': () => 77,
  'throttle.burst': () => 177,
  'throttle.publicRoute.ratePerSecond': () => 17,
  'throttle.publicRoute.burst': () => 27,
  'throttle.routes': () => ({ 'GET /sessions': { ratePerSecond: 7, burst: 14 } }),
  'protection.preventDestroy': ({ protection }) => !protection.preventDestroy,
  'protection.deletionProtection': ({ protection }) => !protection.deletionProtection,
  network: ({ network }) => (network === undefined ? prod.network : undefined),
  'network.cidrBlock': () => '10.40.0.0/20',
  'network.subnets': ({ network }) => network && !('vpcId' in network) && network.subnets.slice(0, 2),
  'network.flowLogs': ({ network }) => network && 'subnets' in network && !network.flowLogs,
  'network.vpcId': () => 'vpc-7777777777777777',
  'network.subnetIds': () => ['subnet-7777777777777777', 'subnet-8888888888888888'],
  'network.routeTableIds': () => ['rtb-7777777777777777'],
  own: () => OWN,
  functions: () => SETTINGS_OF_FUNCTIONS,
  'network.endpoints': () => ({ stsSecurityGroupId: 'sg-7777777777777777' }),
};

const RESTORED = 'another name is another table: scripts/restore makes it, closes it and moves everything to it';

/** The fields that no running stack changes, and why. */
export const FIXED_FIELDS: Readonly<Record<string, string>> = {
  app: 'another beginning of all names is another installation',
  name: 'another name is another installation',
  accountId: 'another account is another installation',
  'cookie.secure': 'false is for this machine alone, and is not deployed',
  region: 'one region is the authority for sessions: another region is another installation',
  'tables.sessions': RESTORED,
  'tables.events': RESTORED,
  state: 'it says where Terraform keeps what it knows, and no resource depends on it',
};

/** The fields that go when another one comes. */
const REPLACED_FIELDS: Readonly<Record<string, string>> = {
  'sessions.ttlHours': 'sessions.absoluteSeconds',
  'domain.certificateArn': 'domain.hostedZoneId',
  'domain.hostedZoneId': 'domain.certificateArn',
};

/** What may be destroyed or replaced of what holds data or an identity, by the field that is changed, and why. */
export const EXPECTED_REPLACEMENTS: Readonly<Record<string, { changes: readonly string[]; reason: string }>> = {
  customerLogKey: {
    changes: ['delete aws_kms_key.logs'],
    reason: 'a key that is wanted no more goes; the page about the configuration says how to keep it',
  },
  network: {
    changes: [
      'delete aws_iam_role.flow_logs',
      'delete aws_security_group.endpoints',
      'delete aws_security_group.functions',
    ],
    reason: 'without a network there is no traffic to log, and its security groups have nothing to be in',
  },
  'network.cidrBlock': {
    changes: ['replace aws_security_group.endpoints', 'replace aws_security_group.functions'],
    reason: 'another range is another VPC, and security groups belong to one',
  },
  'network.flowLogs': {
    changes: ['delete aws_iam_role.flow_logs'],
    reason: 'a role that nothing writes with any more goes',
  },
};

/**
 * Whether a field may be changed without others: those of a domain or of alarms where there are some, those of one kind of network not for
 * the other.
 */
export function hasField({ alarms, domain, network }: Environment, path: string): boolean {
  const [field, inner] = path.split('.');
  if (inner === undefined) return true;
  if (field === 'alarms') return alarms !== undefined || inner === 'notify';
  if (field === 'domain') return domain !== undefined;
  return field !== 'network' || (network !== undefined && Object.hasOwn(network, inner));
}

/** An environment with another value of one field. */
export function withField(environment: Environment, path: string): Environment {
  const change = FIELD_CHANGES[path];
  if (change === undefined) throw new Error(`there is no change of ${path}`);
  const changed = set(environment, path.split('.'), change(environment)) as Environment;
  const replaced = REPLACED_FIELDS[path];
  return replaced === undefined ? changed : (set(changed, replaced.split('.'), undefined) as Environment);
}

function set(value: object, [key = '', ...rest]: readonly string[], changed: unknown): object {
  const inner = (value as Record<string, object>)[key] ?? {};
  return { ...value, [key]: rest.length === 0 ? changed : set(inner, rest, changed) };
}
