import { SUBNETS } from './networks.ts';
import type { Variant } from './variant.ts';

/** Of each function: its memory in MB, how many seconds it has, and whether it is in the VPC where there is one. */
const SIZES = {
  authorizer: [512, 9, true],
  'create-session': [512, 15, true],
  'enqueue-event': [512, 15, true],
  health: [512, 15, true],
  'list-events': [512, 15, true],
  'record-changes': [256, 60, true],
  'refresh-keys': [256, 60, false],
  'sessions-api': [512, 25, true],
  'store-event': [256, 10, true],
  'user-data': [512, 28, true],
} as const;

type FunctionName = keyof typeof SIZES;

/** APIs that exist already, one of each kind. */
export const ATTACHED_TO_PROD = ['h1t2t3p4a5', 'r1e2s3t4a5', 'w1e2b3s4o5'];

/** What an API that exists already invokes the authorizer as: any authorizer of its own. */
export const attachedSource = (apiId: string) => `arn:aws:execute-api:eu-central-1:123456789012:${apiId}/authorizers/*`;

/** Who may invoke each function, and on behalf of what: API Gateway for a route or as authorizer, EventBridge for a rule. */
export const INVOKERS: Readonly<Record<FunctionName, readonly string[]>> = {
  authorizer: ['api cloakroom/authorizers/authorizer session'],
  'create-session': ['api cloakroom/*/POST/auth/bootstrap-session', 'api cloakroom/*/POST/users/*/sessions'],
  'enqueue-event': ['api cloakroom/*/POST/users/*/events'],
  health: [
    'api cloakroom/*/GET/health',
    'api cloakroom/*/GET/ready',
    'api cloakroom/*/HEAD/health',
    'api cloakroom/*/HEAD/ready',
  ],
  'list-events': ['api cloakroom/*/GET/users/*/events'],
  // Lambda polls for these, and asks nobody.
  'record-changes': [],
  'store-event': [],
  'refresh-keys': ['rule refresh-keys'],
  'sessions-api': [
    'api cloakroom/*/GET/users/*/sessions',
    'api cloakroom/*/DELETE/users/*/sessions',
    'api cloakroom/*/GET/sessions/*',
    'api cloakroom/*/PUT/sessions/*',
    'api cloakroom/*/DELETE/sessions/*',
    'api cloakroom/*/POST/sessions',
    'api cloakroom/*/GET/sessions',
    'api cloakroom/*/GET/sessions/user/*',
  ],
  'user-data': ['api cloakroom/*/GET/users/*/export', 'api cloakroom/*/DELETE/users/*'],
};

const SESSIONS = { SESSIONS_TABLE: 'cloakroom-<env>-sessions' };
const EVENTS = { EVENTS_TABLE: 'cloakroom-<env>-events' };
const LIFETIMES = {
  BEARER_IDLE_SECONDS: '2592000',
  TICKET_IDLE_SECONDS: '1800',
  LOGIN_MAX_LIFETIME_SECONDS: '2592000',
  TOUCH_INTERVAL_SECONDS: '300',
};
const ABSOLUTE = { SESSION_ABSOLUTE_SECONDS: '2592000' };
const RETENTION = { EVENTS_RETENTION_DAYS: '90' };
const QUEUE = { EVENTS_QUEUE_URL: 'URL of queue events' };

/** What each function is told. */
function variables({ allowedOrigins, hasVpc }: Variant): Readonly<Record<FunctionName, object>> {
  const http = { ALLOWED_ORIGINS: allowedOrigins };
  const issuers = { ISSUERS_FILE: 'issuers.json' };
  // In a VPC without internet, keys are read where refresh-keys puts them.
  const keys = { ...issuers, KEYS_MAX_AGE_SECONDS: '86400', KEYS_FROM: hasVpc ? 'table' : 'provider' };
  return {
    authorizer: { ...SESSIONS, ...LIFETIMES, ...keys, SESSION_BINDING: 'strict', AUTHORIZER_LOG_SAMPLING: '1' },
    'create-session': {
      ...http,
      ...SESSIONS,
      ...LIFETIMES,
      ...ABSOLUTE,
      ...keys,
      BOOTSTRAP_MAX_AUTH_AGE_SECONDS: '900',
      MAX_CREATIONS_PER_HOUR: '5',
      MAX_SESSIONS_PER_USER: '10',
      BOOTSTRAP: 'on',
      SESSION_LIMIT_POLICY: 'evict-oldest',
      IP_STORAGE: 'full',
    },
    'enqueue-event': { ...http, ...QUEUE },
    health: { ...http, ...SESSIONS, ...EVENTS, ...QUEUE },
    'list-events': { ...http, ...issuers, ...SESSIONS, ...EVENTS },
    'record-changes': {
      ...SESSIONS,
      ...LIFETIMES,
      ...EVENTS,
      ...RETENTION,
      CHANGES_DEAD_LETTERS_URL: 'URL of queue changes-dlq',
    },
    'refresh-keys': { ...issuers, ...SESSIONS },
    'sessions-api': { ...http, ...issuers, ...SESSIONS, ...LIFETIMES, ...ABSOLUTE, DATA_CHANGES: 'last-write' },
    'store-event': { ...SESSIONS, ...EVENTS, ...RETENTION },
    'user-data': { ...http, ...issuers, ...SESSIONS, ...LIFETIMES, ...EVENTS },
  };
}

/** Every function, with whoever may invoke it. */
export function expectedFunctions(variant: Variant) {
  const told = variables(variant);
  const names = Object.keys(SIZES) as FunctionName[];
  return Object.fromEntries(
    names.map((name) => {
      const [MemorySize, Timeout, insideVpc] = SIZES[name];
      const attached = name === 'authorizer' ? variant.attachedApis.map(attachedSource) : [];
      const invokers = [...INVOKERS[name], ...attached].map((source) => mayInvoke(name, source));
      const settings: Settings = (variant.hasSettings && SETTINGS[name]) || {};
      const standing = {
        Runtime: variant.runtime,
        Architectures: ['arm64'],
        Handler: 'index.handler',
        PackageType: 'Zip',
        Role: `role ${name}`,
        MemorySize,
        Timeout,
        EphemeralStorage: { Size: 512 },
        SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
        TracingConfig: { Mode: 'PassThrough' },
        ...(insideVpc && variant.hasVpc ? { network: IN_VPC } : {}),
        ...(name === 'refresh-keys' ? { asynchronous: givenUp(variant) } : {}),
        ...settings.function,
        variables: {
          ...told[name],
          CLOAKROOM_VERSION: '0.1.0',
          POWERTOOLS_SERVICE_NAME: name,
          POWERTOOLS_METRICS_NAMESPACE: 'cloakroom-<env>',
          POWERTOOLS_LOG_LEVEL: 'INFO',
          ...settings.variables,
        },
        aliases: { live: { FunctionVersion: '1' } },
        ...(invokers.length === 0 ? {} : { invokers }),
      };
      return [name, standing] as const;
    }),
  );
}

/** What becomes of a run that fails: where the next is a minute away, that is the next attempt. */
const givenUp = ({ hasVpc }: Variant) => ({
  MaximumRetryAttempts: hasVpc ? 0 : 2,
  MaximumEventAgeInSeconds: hasVpc ? 60 : 600,
  DestinationConfig: { OnFailure: { Destination: 'queue schedules-dlq' } },
});

interface Settings {
  readonly function?: object;
  readonly variables?: object;
}

/** What single functions get where the environment says so. */
const SETTINGS: Readonly<Partial<Record<FunctionName, Settings>>> = {
  authorizer: {
    function: {
      MemorySize: 1024,
      TracingConfig: { Mode: 'Active' },
      concurrency: { ReservedConcurrentExecutions: 200 },
      provisioned: ['live: 2'],
    },
    variables: { POWERTOOLS_LOG_LEVEL: 'WARN' },
  },
  'create-session': { function: { provisioned: ['live: 1'] } },
  'sessions-api': { function: { provisioned: ['live: 1'] } },
  'store-event': { function: { concurrency: { ReservedConcurrentExecutions: 7 } } },
};

const IN_VPC = { SubnetIds: SUBNETS, SecurityGroupIds: ['group functions'], Ipv6AllowedForDualStack: false };

function mayInvoke(name: FunctionName, source: string) {
  const service = source.startsWith('rule ') ? 'events.amazonaws.com' : 'apigateway.amazonaws.com';
  return {
    allow: ['lambda:InvokeFunction'],
    to: [`Service ${service}`],
    on: [`function ${name}:live`],
    when: { 'ArnLike AWS:SourceArn': [source] },
  };
}
