import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { anIssuer } from '@cloakroom/testing';
import { type Child, startChild } from '../child.ts';
import type { FakeDynamoDbSettings } from './fake-dynamodb.ts';
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

/** Starts the fake DynamoDB, and writes down how the authorizer is configured, into `folder`. */
export async function startWorld(folder: string): Promise<RunningWorld> {
  const world = createWorld('https://issuer.example.com');
  const settings: FakeDynamoDbSettings = { items: world.items, keySet: world.keySet, secretAccessKey: SECRET };
  const server: Child = await startChild(join(import.meta.dirname, 'fake-dynamodb.ts'), [JSON.stringify(settings)], {
    env: { PATH: process.env.PATH },
  });
  const endpoint = `http://127.0.0.1:${server.ready}`;
  const { issuer } = world;
  writeFileSync(
    join(folder, 'issuers.json'),
    JSON.stringify([anIssuer({ issuer, algorithms: ['RS256'], clientIds: [CLIENT_ID] })]),
  );
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIDBENCH',
    AWS_SECRET_ACCESS_KEY: SECRET,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    SESSIONS_TABLE: 'sessions',
    ...authorizerEnv(folder),
    ISSUER: issuer,
    JWKS_URI: endpoint,
    CLIENT_ID,
  };
  return { ...world, env, takeRequests: async () => Number(await server.ask('count')), stop: server.stop };
}

/** As Terraform gives it to the function. */
function authorizerEnv(folder: string) {
  return {
    CLOAKROOM_VERSION: '0.1.0',
    LAMBDA_TASK_ROOT: folder,
    ISSUERS_FILE: 'issuers.json',
    KEYS_FROM: 'table',
    KEYS_MAX_AGE_SECONDS: String(DAY),
    TOUCH_INTERVAL_SECONDS: '300',
    BEARER_IDLE_SECONDS: String(30 * DAY),
    TICKET_IDLE_SECONDS: '1800',
    LOGIN_MAX_LIFETIME_SECONDS: String(30 * DAY),
    SESSION_BINDING: 'strict',
    SESSION_COOKIE_NAME: '__Host-cloakroom',
    ALLOWED_ORIGINS: JSON.stringify([APP]),
    POWERTOOLS_SERVICE_NAME: 'authorizer',
    POWERTOOLS_METRICS_NAMESPACE: 'Cloakroom',
  };
}
