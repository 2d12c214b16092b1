import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { createTokenVerifier, parseIssuers } from '@cloakroom/auth';
import { createAwsSession } from '@cloakroom/aws';
import { dynamodbFrom } from '@cloakroom/aws/dynamodb';
import { createTelemetry, type Login, systemNowMs } from '@cloakroom/core';
import { startDynamoDbLocal } from '@cloakroom/local';
import { type CreationRequest, createSessionStore, isActive } from '@cloakroom/sessions';
import { meteredDynamoDb } from '@cloakroom/testing';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose';

/** Calls in a row for each sample; samples of the two sides alternate, so that both see the same machine. */
const CALLS = 50;
const COLD_STARTS = 31;
const ROOT = resolve(import.meta.dirname, '..');

const rounds = parseRounds();

const issuer = 'https://issuer.example.com';
const { privateKey, publicKey } = await generateKeyPair('RS256');
const now = Math.floor(Date.now() / 1000);
const token = await new SignJWT({
  token_use: 'access',
  client_id: 'web',
  origin_jti: 'login',
  auth_time: now,
  scope: 'a',
})
  .setProtectedHeader({ alg: 'RS256', kid: 'key' })
  .setIssuer(issuer)
  .setSubject('alice')
  .setIssuedAt(now)
  .setExpirationTime(now + 3600)
  .sign(privateKey);

const configured = parseIssuers([issuerNamed('bench', issuer)]);
const key = (await importJWK(await exportJWK(publicKey), 'RS256')) as CryptoKey;
const keys = { find: async () => [key] as never };
const verifier = createTokenVerifier({
  issuers: configured,
  keys,
  nowMs: systemNowMs,
});

const bareVerify = () => jwtVerify(token, key, { algorithms: ['RS256'], issuer });
await compare(
  'a token, verified by every rule',
  'jose alone: signature, issuer, times',
  () => verifier.verify(token),
  bareVerify,
);

const local = await startDynamoDbLocal();
const [region, credentials] = ['eu-central-1', { accessKeyId: 'bench', secretAccessKey: 'bench' }];
const bareDynamoDb = new DynamoDBClient({ endpoint: local.endpoint, region, credentials });
Object.assign(process.env, { AWS_ENDPOINT_URL_DYNAMODB: local.endpoint, POWERTOOLS_LOG_LEVEL: 'SILENT' });
const dynamodb = dynamodbFrom(
  createAwsSession({ region, telemetry: createTelemetry(), credentials: async () => credentials }),
);
const table = await sessionsTable();
const idle = { bearerIdleSeconds: 86_400, ticketIdleSeconds: 1800, touchIntervalSeconds: 300 };
const storeOptions = {
  dynamodb,
  table,
  nowMs: systemNowMs,
  idle,
  loginMaxLifetimeSeconds: 86_400,
  remainingMs: () => Infinity,
};
const sessions = createSessionStore(storeOptions);
const login: Login = {
  user: { issuer: 'bench', sub: 'alice' },
  loginId: 'AAAAAAAAAAAAAAAAAAAAAA',
  claim: 'origin_jti',
  clientId: 'web',
  authTime: now,
  scope: 'a',
  groups: [],
};
await sessions.create(creationOf(login));
const bareRead = () =>
  bareDynamoDb.send(
    new GetItemCommand({
      TableName: table,
      Key: { user_key: { S: 'U#bench#alice' }, item: { S: `SESSION#${login.loginId}` } },
      ConsistentRead: true,
    }),
  );
const decision = async () => {
  await verifier.verify(token);
  const session = await sessions.get(login.user, login.loginId);
  if (session === undefined || !isActive(session, now)) throw new Error('the session is gone');
};
const bareDecision = async () => {
  await bareVerify();
  await bareRead();
};
await compare('a request, authorized', 'jose alone and one GetItem', decision, bareDecision);
await printUnits();
dynamodb.destroy();
bareDynamoDb.destroy();
await local.stop();

await compareColdStarts();

function creationOf(of: Login): CreationRequest {
  return {
    login: of,
    client: { ip: '192.0.2.1', userAgent: 'bench' },
    policy: {
      maxSessionsPerUser: 10,
      sessionLimitPolicy: 'evict-oldest',
      maxCreationsPerHour: 5,
      bootstrapMaxAuthAgeSeconds: 900,
      absoluteSeconds: 86_400,
    },
  };
}

/** What the life of a session consumes; a login that is known by its `sid` costs the burning besides. */
async function printUnits(): Promise<void> {
  const metered = meteredDynamoDb(bareDynamoDb);
  const store = createSessionStore({ ...storeOptions, dynamodb: metered.dynamodb });
  const bySid = { claim: 'sid', sidHash: 'BBBBBBBBBBBBBBBBBBBBBB' } as const;
  for (const [name, known] of [
    ['origin_jti or auth_time', {}],
    ['sid', bySid],
  ] as const) {
    const user = { issuer: 'bench', sub: name };
    await store.create(creationOf({ ...login, user })); // so that there is something to read
    await metered.takeRequests();
    const { session } = await store.create(creationOf({ ...login, ...known, user, loginId: 'CCCCCCCCCCCCCCCCCCCCCC' }));
    const created = unitsOf(await metered.takeRequests());
    await store.revoke({ user, id: session.id });
    const revoked = unitsOf(await metered.takeRequests());
    console.log(`a session of a login known by ${name}: created for ${created}, revoked for ${revoked}`);
  }
}

function unitsOf(requests: Awaited<ReturnType<ReturnType<typeof meteredDynamoDb>['takeRequests']>>): string {
  const isRead = (name: string) => name === 'GetItemCommand' || name === 'QueryCommand';
  const sum = (some: typeof requests) =>
    // A write or check of a transaction costs two units.
    some.reduce((units, { capacityUnits, writes = 0 }) => units + (capacityUnits ?? 2 * writes), 0);
  const [reads, writes] = [true, false].map((wanted) => sum(requests.filter(({ name }) => isRead(name) === wanted)));
  return `${reads} read and ${writes} write units`;
}

/** Runs both sides in turn and prints the ratio of their medians. */
async function compare(
  name: string,
  baseline: string,
  ours: () => Promise<unknown>,
  bare: () => Promise<unknown>,
): Promise<void> {
  const samples: Record<'ours' | 'bare', number[]> = { ours: [], bare: [] };
  for (let round = 0; round < rounds + 2; round += 1) {
    const [oursMs, bareMs] = [await msPerCall(ours), await msPerCall(bare)];
    if (round < 2) continue; // warming up
    samples.ours.push(oursMs);
    samples.bare.push(bareMs);
  }
  print(name, baseline, median(samples.ours), median(samples.bare));
}

async function msPerCall(call: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  for (let count = 0; count < CALLS; count += 1) await call();
  return (performance.now() - startedMs) / CALLS;
}

/** The init phase of the authorizer's bundle against the same runtime with an empty module. */
async function compareColdStarts(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-bench-'));
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, 'export const handler = async () => {};\n');
  const bundle = join(ROOT, 'dist/authorizer/index.mjs');
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build.ts')], { stdio: 'ignore' });
  if (built.status !== 0) throw new Error('scripts/build failed; run it to see why');
  const env = {
    ...process.env,
    AWS_REGION: 'eu-central-1',
    SESSIONS_TABLE: table,
    LAMBDA_TASK_ROOT: folder,
    ISSUERS_FILE: '1.json',
    SESSION_BINDING: 'strict',
    KEYS_MAX_AGE_SECONDS: '86400',
    KEYS_FROM: 'provider',
    TOUCH_INTERVAL_SECONDS: '300',
    BEARER_IDLE_SECONDS: '2592000',
    TICKET_IDLE_SECONDS: '1800',
    LOGIN_MAX_LIFETIME_SECONDS: '2592000',
  };
  for (const count of [1, 10, 200]) {
    const issuers = Array.from({ length: count }, (_, index) =>
      issuerNamed(`tenant-${index}`, `https://tenant-${index}.example.com`),
    );
    writeFileSync(join(folder, `${count}.json`), JSON.stringify(issuers));
  }
  const oneIssuer = () => startMs(bundle, env);
  const withIssuers = (file: string) => () => startMs(bundle, { ...env, ISSUERS_FILE: file });
  compareStarts('a cold start of the authorizer', 'Node with an empty module', oneIssuer, () => startMs(empty, env));
  compareStarts('a cold start with 10 issuers', 'one with 1', withIssuers('10.json'), oneIssuer);
  compareStarts('a cold start with 200 issuers', 'one with 1', withIssuers('200.json'), oneIssuer);
  rmSync(folder, { recursive: true });
}

function compareStarts(name: string, baseline: string, ours: () => number, bare: () => number): void {
  const samples: Record<'ours' | 'bare', number[]> = { ours: [], bare: [] };
  for (let round = 0; round < COLD_STARTS; round += 1) {
    samples.ours.push(ours());
    samples.bare.push(bare());
  }
  print(name, baseline, median(samples.ours), median(samples.bare));
}

function issuerNamed(alias: string, url: string) {
  return {
    alias,
    issuer: url,
    jwksUri: `${url}/jwks`,
    profile: 'cognito',
    algorithms: ['RS256'],
    clientIds: ['web'],
    audiences: [],
    loginClaim: 'origin_jti',
  };
}

function startMs(module: string, env: NodeJS.ProcessEnv): number {
  const startedMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--eval', `await import(${JSON.stringify(module)})`], {
    env,
  });
  if (status !== 0) throw new Error(`${module} does not start:\n${stderr}`);
  return performance.now() - startedMs;
}

function print(name: string, baseline: string, oursMs: number, bareMs: number): void {
  const ratio = (oursMs / bareMs).toFixed(2);
  console.log(`${ratio} × ${baseline}: ${name} (${oursMs.toFixed(3)} ms against ${bareMs.toFixed(3)} ms, medians)`);
}

function median(samples: readonly number[]): number {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? Number.NaN;
}

async function sessionsTable(): Promise<string> {
  const TableName = 'bench-sessions';
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['user_key', 'item'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'user_key', KeyType: 'HASH' },
        { AttributeName: 'item', KeyType: 'RANGE' },
      ],
    }),
  );
  return TableName;
}

function parseRounds(): number {
  try {
    const { values } = parseArgs({ options: { rounds: { type: 'string', default: '40' } } });
    if (!/^[1-9]\d{0,5}$/.test(values.rounds)) throw new Error('--rounds must be a number from 1 on');
    return Number(values.rounds);
  } catch (error) {
    console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
