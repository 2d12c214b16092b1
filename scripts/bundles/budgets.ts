/**
 * The largest that `index.mjs` of each function may be, minified, in bytes. A cold start reads and compiles all of it. One line for
 * every function there is.
 */
export const BUDGET_BYTES: Readonly<Record<string, number>> = {
  authorizer: 110_000,
  'backchannel-logout': 325_000,
  'create-session': 330_000,
  'enqueue-event': 260_000,
  health: 330_000,
  'list-events': 285_000,
  'record-changes': 310_000,
  'refresh-keys': 260_000,
  'sessions-api': 335_000,
  'store-event': 90_000,
  'token-handler': 475_000, // 65 KB of it are clients of KMS, Secrets Manager and the provider
  'user-data': 330_000,
};

const ALL = Object.keys(BUDGET_BYTES);
/** What is hot, or near its budget, writes its lines without it. */
const WITH_POWERTOOLS = ALL.filter((name) => name !== 'authorizer' && name !== 'create-session');
/** `store-event` asks DynamoDB as the authorizer does. */
const WITH_SDK = ALL.filter((name) => name !== 'authorizer' && name !== 'store-event');

/**
 * Modules that only these functions may carry: packages, ours among them, parts of packages, and Node's own as `node:…`. A name that
 * ends in `*` stands for all that begin so.
 */
export const CARRIERS: Readonly<Record<string, readonly string[]>> = {
  '@aws-lambda-powertools/*': WITH_POWERTOOLS,
  '@aws-sdk/client-*': WITH_SDK,
  '@aws-sdk/client-cloudwatch-logs': [],
  '@aws-sdk/client-dynamodb-streams': [],
  '@aws-sdk/client-kms': ['token-handler'],
  '@aws-sdk/client-lambda': [],
  '@aws-sdk/client-secrets-manager': ['token-handler'],
  '@aws-sdk/client-sqs': ['enqueue-event', 'health', 'record-changes'],
  '@aws-sdk/client-sts': ['health'],
  // All clients stand on it. `@aws-sdk/util-dynamodb`, which reads items, does not.
  '@aws-sdk/core': WITH_SDK,
  '@aws-sdk/credential-provider-*': [], // credential-chain.mjs
  '@aws-sdk/nested-clients': [],
  '@cloakroom/local': [],
  '@cloakroom/terraform': [],
  '@cloakroom/testing': [],
  '@smithy/*': WITH_SDK,
  '@smithy/core/cbor': [],
  '@smithy/core/event-streams': [],
  bowser: [], // device-name.mjs
  'fast-check': [],
  'ipaddr.js': [], // stored-ip.mjs
  'node:child_process': [],
  'node:http2': [],
  'node:worker_threads': [],
  'node:zlib': [],
  oauth4webapi: ['token-handler'],
  undici: [],
};
