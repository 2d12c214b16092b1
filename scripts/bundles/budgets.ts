/**
 * The largest that `index.mjs` of each function may be, minified, in bytes. A cold start reads and compiles all of it. One line for
 * every function there is.
 */
export const BUDGET_BYTES: Readonly<Record<string, number>> = {
  authorizer: 480_000,
  'backchannel-logout': 480_000,
  'create-session': 550_000, // 12 KB of it read IP addresses
  'enqueue-event': 410_000,
  health: 450_000,
  'list-events': 440_000,
  'record-changes': 445_000,
  'refresh-keys': 415_000,
  'sessions-api': 520_000,
  'store-event': 410_000,
  'token-handler': 680_000, // 95 KB of it are clients of KMS, Secrets Manager and the provider
  'user-data': 515_000,
};

const SHOWS_DEVICES = ['create-session', 'sessions-api', 'token-handler', 'user-data'];

/**
 * Modules that only these functions may carry: packages, ours among them, and Node's own as `node:…`. A name that ends in `*` stands
 * for all that begin so.
 */
export const CARRIERS: Readonly<Record<string, readonly string[]>> = {
  undici: [],
  'node:http2': [],
  'node:worker_threads': [],
  '@aws-sdk/client-cloudwatch-logs': [],
  '@aws-sdk/client-dynamodb-streams': [],
  '@aws-sdk/client-kms': ['token-handler'],
  '@aws-sdk/client-lambda': [],
  '@aws-sdk/client-secrets-manager': ['token-handler'],
  '@aws-sdk/client-sqs': ['enqueue-event', 'health', 'record-changes'],
  '@cloakroom/local': [],
  '@cloakroom/terraform': [],
  '@cloakroom/testing': [],
  '@smithy/core/event-streams': [],
  bowser: SHOWS_DEVICES,
  'fast-check': [],
  'ipaddr.js': ['create-session', 'token-handler'],
  oauth4webapi: ['token-handler'],
};
