import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { anIssuer } from '@cloakroom/testing';
import { type Child, startChild } from '../child.ts';
import type { Distance, FakeDynamoDbSettings } from './fake-dynamodb.ts';
import { APP, CLIENT_ID, createWorld, type World } from './world.ts';

export interface RunningWorld extends World {
  /** What every variant finds in its environment. */
  readonly env: NodeJS.ProcessEnv;
  /** How many requests DynamoDB has answered since this was asked last. */
  takeRequests(): Promise<number>;
  stop(): void;
}

const SECRET = 'bench';
const DAY = 86_400;

/** The authorizer's bundle, as `scripts/build` makes it. */
export const AUTHORIZER = resolve(import.meta.dirname, '../../dist/authorizer/index.mjs');

/** What runs a handler in a process of its own. */
export const WORKER = join(import.meta.dirname, 'worker.ts');

/**
 * Starts the fake DynamoDB, and writes down how the authorizer is configured, into `folder`. With `distance`, it is so far away, and
 * speaks TLS.
 */
export async function startWorld(folder: string, distance?: Distance): Promise<RunningWorld> {
  const world = createWorld();
  const { items, keySet } = world;
  const settings: FakeDynamoDbSettings = { items, keySet, secretAccessKey: SECRET, ...(distance && { distance }) };
  const server: Child = await startChild(join(import.meta.dirname, 'fake-dynamodb.ts'), [JSON.stringify(settings)], {
    env: { PATH: process.env.PATH },
  });
  const endpoint = `${distance === undefined ? 'http' : 'https'}://127.0.0.1:${server.ready}`;
  const env = { ...authorizerEnv(world, { folder, endpoint }), JWKS_URI: endpoint, ISSUER: world.issuer, CLIENT_ID };
  return { ...world, env, takeRequests: async () => Number(await server.ask('count')), stop: server.stop };
}

interface Place {
  /** Where its configuration is written. */
  readonly folder: string;
  /** Of DynamoDB. */
  readonly endpoint: string;
}

/**
 * The environment of the authorizer, as Terraform gives it to the function, and with credentials as Lambda gives them. The touch of
 * a session falls due in half a day, and so never here: it is one write of a session in five minutes by default.
 */
export function authorizerEnv({ issuer }: World, { folder, endpoint }: Place): NodeJS.ProcessEnv {
  const issuers = [anIssuer({ issuer, algorithms: ['RS256'], clientIds: [CLIENT_ID] })];
  writeFileSync(join(folder, 'issuers.json'), JSON.stringify(issuers));
  return {
    PATH: process.env.PATH,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIDBENCH',
    AWS_SECRET_ACCESS_KEY: SECRET,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    CLOAKROOM_VERSION: '0.1.0',
    SESSIONS_TABLE: 'sessions',
    LAMBDA_TASK_ROOT: folder,
    ISSUERS_FILE: 'issuers.json',
    KEYS_FROM: 'table',
    KEYS_MAX_AGE_SECONDS: String(DAY),
    TOUCH_INTERVAL_SECONDS: String(DAY / 2),
    BEARER_IDLE_SECONDS: String(30 * DAY),
    TICKET_IDLE_SECONDS: String(30 * DAY),
    LOGIN_MAX_LIFETIME_SECONDS: String(30 * DAY),
    SESSION_BINDING: 'strict',
    AUTHORIZER_LOG_SAMPLING: '1',
    SESSION_COOKIE_NAME: '__Host-cloakroom',
    ALLOWED_ORIGINS: JSON.stringify([APP]),
    POWERTOOLS_SERVICE_NAME: 'authorizer',
    POWERTOOLS_METRICS_NAMESPACE: 'cloakroom-dev',
  };
}
