import { APP } from '../authorization/world.ts';

const DAY = 86_400;

/** Those of all functions together, as Terraform sets them, and what Lambda adds. */
export function functionVariables(folder: string, url: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIDBENCH',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_SESSION_TOKEN: 'bench',
    AWS_ENDPOINT_URL: url,
    LAMBDA_TASK_ROOT: folder,
    ALLOWED_ORIGINS: JSON.stringify([APP]),
    AUTHORIZER_LOG_SAMPLING: '1',
    BEARER_IDLE_SECONDS: String(30 * DAY),
    BOOTSTRAP_MAX_AUTH_AGE_SECONDS: '900',
    CHANGES_DEAD_LETTERS_URL: `${url}/123456789012/dead`,
    BOOTSTRAP: 'on',
    CLOAKROOM_VERSION: '0.1.0',
    DATA_CHANGES: 'last-write',
    EVENTS_QUEUE_URL: `${url}/123456789012/events`,
    EVENTS_RETENTION_DAYS: '90',
    EVENTS_TABLE: 'events',
    HAND_IN: 'enabled',
    IP_STORAGE: 'full',
    ISSUERS_FILE: 'issuers.json',
    KEYS_FROM: 'table',
    KEYS_MAX_AGE_SECONDS: String(DAY),
    LOGIN_MAX_LIFETIME_SECONDS: String(30 * DAY),
    MAX_CREATIONS_PER_HOUR: '1000',
    MAX_SESSIONS_PER_USER: '10',
    POWERTOOLS_METRICS_NAMESPACE: 'cloakroom-dev',
    POWERTOOLS_SERVICE_NAME: 'bench',
    PUBLIC_URL: APP,
    SESSION_ABSOLUTE_SECONDS: String(30 * DAY),
    SESSION_BINDING: 'strict',
    SESSION_COOKIE_NAME: '__Host-cloakroom',
    SESSION_COOKIE_PERSISTENT: 'false',
    SESSION_COOKIE_SECURE: 'true',
    SESSION_LIMIT_POLICY: 'evict-oldest',
    SESSION_SAME_SITE: 'Lax',
    SESSIONS_TABLE: 'sessions',
    TICKET_IDLE_SECONDS: '1800',
    TOKENS_KEY_ARN: 'arn:aws:kms:eu-central-1:123456789012:key/bench',
    TOUCH_INTERVAL_SECONDS: '300',
  };
}
