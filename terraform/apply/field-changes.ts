import type { Environment } from '../environments/environment.ts';
import { prod } from '../environments/prod/environment.ts';

const [cognito] = prod.issuers;

/** Another value for every field of an environment, by its path, that may be changed while a stack runs. */
export const FIELD_CHANGES: Readonly<Record<string, (environment: Environment) => unknown>> = {
  issuers: () => [{ ...cognito, alias: 'other', clientIds: ['another-client-id'] }],
  allowedOrigins: () => ['https://other.example.com'],
  publicUrl: () => 'https://api.example.com',
  'sessions.binding': () => 'user',
  'sessions.maxPerUser': () => 7,
  'sessions.limitPolicy': () => 'deny',
  'sessions.maxCreationsPerHour': () => 7,
  'sessions.bootstrapMaxAuthAgeSeconds': () => 700,
  'sessions.bearerIdleSeconds': () => 700_000,
  'sessions.absoluteSeconds': () => 700_000,
  'sessions.loginMaxLifetimeSeconds': () => 700_000,
  'sessions.touchIntervalSeconds': () => 77,
  'sessions.ipStorage': () => 'none',
  'sessions.requireIfMatch': () => true,
  keysMaxAgeSeconds: () => 70_000,
  eventsRetentionDays: () => 77,
  storeEventTimeoutSeconds: () => 17,
  logRetentionDays: () => 14,
  customerLogKey: ({ customerLogKey }) => !customerLogKey,
  'throttle.ratePerSecond': () => 77,
  'throttle.burst': () => 177,
  'throttle.publicRoute.ratePerSecond': () => 17,
  'throttle.publicRoute.burst': () => 27,
  'protection.preventDestroy': ({ protection }) => !protection.preventDestroy,
  'protection.deletionProtection': ({ protection }) => !protection.deletionProtection,
  network: ({ network }) => (network === undefined ? prod.network : undefined),
  'network.cidrBlock': () => '10.40.0.0/20',
  'network.subnets': ({ network }) => network?.subnets.slice(0, 2),
  'network.flowLogs': ({ network }) => !network?.flowLogs,
};

/** The fields that no running stack changes, and why. */
export const FIXED_FIELDS: Readonly<Record<string, string>> = {
  name: 'another name is another installation',
  accountId: 'another account is another installation',
  region: 'one region is the authority for sessions: another region is another installation',
  state: 'it says where Terraform keeps what it knows, and no resource depends on it',
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

/** An environment with another value of one field. */
export function withField(environment: Environment, path: string): Environment {
  const change = FIELD_CHANGES[path];
  if (change === undefined) throw new Error(`there is no change of ${path}`);
  return set(environment, path.split('.'), change(environment)) as Environment;
}

function set(value: object, [key = '', ...rest]: readonly string[], changed: unknown): object {
  const inner = (value as Record<string, object>)[key] ?? {};
  return { ...value, [key]: rest.length === 0 ? changed : set(inner, rest, changed) };
}
