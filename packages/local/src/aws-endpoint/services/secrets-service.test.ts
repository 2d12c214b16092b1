import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSecrets } from '../../secrets/read-secrets.ts';
import { openSecretStore } from '../../secrets/secret-store.ts';
import { testStack } from '../../stack-fixture.ts';
import { createCredentialsRegistry } from '../credentials.ts';
import { type AwsCall, type AwsEndpoint, startAwsEndpoint } from '../start-aws-endpoint.ts';
import { secretsService } from './secrets-service.ts';

const names = { one: 'app-dev/one', two: 'app-dev/two', never: 'app-dev/never' };
const secrets = readSecrets(
  testStack({
    resource: {
      aws_secretsmanager_secret: Object.fromEntries(Object.entries(names).map(([key, name]) => [key, { name }])),
    },
  }),
);
const arnOf = (name: string) => secrets.find((secret) => secret.name === name)?.arn;
const dir = mkdtempSync(join(tmpdir(), 'cloakroom-secrets-'));
const calls: AwsCall[] = [];
let endpoint: AwsEndpoint;
let client: SecretsManagerClient;

async function start(): Promise<void> {
  endpoint = await startAwsEndpoint({
    port: 0,
    services: { secretsmanager: secretsService(await openSecretStore(secrets, dir)) },
    credentials: createCredentialsRegistry(),
    permissions: { judge: () => undefined },
    admit: (call) => void calls.push(call),
    onError: (error) => {
      throw error;
    },
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SecretsManagerClient({ endpoint: endpoint.origin, region: 'eu-central-1', credentials, maxAttempts: 1 });
}
beforeAll(start);
afterAll(() => endpoint.stop());

const put = (SecretId: string, SecretString: string, ClientRequestToken?: string) =>
  client.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken }));

describe('a secret', () => {
  it('is what was put last, by name or ARN, also after a restart', async () => {
    await put(names.one, 'first');
    const { VersionId } = await put(names.one, 'second ü\n');
    await endpoint.stop();
    await start();
    for (const SecretId of [names.one, arnOf(names.one)]) {
      expect(await client.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({
        ARN: arnOf(names.one),
        Name: names.one,
        SecretString: 'second ü\n',
        VersionId,
        VersionStages: ['AWSCURRENT'],
      });
    }
    expect(calls.at(-1)?.accesses).toEqual([{ action: 'secretsmanager:GetSecretValue', resource: arnOf(names.one) }]);
    const previous = new GetSecretValueCommand({ SecretId: names.one, VersionStage: 'AWSPREVIOUS' });
    expect(await client.send(previous)).toMatchObject({ SecretString: 'first', VersionStages: ['AWSPREVIOUS'] });
  });

  it('is put once by one request token', async () => {
    const token = 'a'.repeat(32);
    await put(names.two, 'before');
    const { VersionId } = await put(names.two, 'value', token);
    expect(VersionId).toBe(token);
    await put(names.two, 'value', token);
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: names.two }));
    expect(Object.values(VersionIdsToStages ?? {})).toEqual([['AWSCURRENT'], ['AWSPREVIOUS']]);
    await expect(put(names.two, 'other', token)).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it('without a value is told apart from one that does not exist', async () => {
    const get = (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId }));
    await expect(get(names.never)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
    await expect(get('app-dev/none')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
    const described = await client.send(new DescribeSecretCommand({ SecretId: names.never }));
    expect(described).toMatchObject({ Name: names.never, VersionIdsToStages: {} });
  });

  it.each([{ SecretString: '' }, { SecretString: 'x'.repeat(65_537) }, { SecretBinary: new Uint8Array(1) }, {}])(
    'cannot be put as %j',
    async (value) => {
      const command = new PutSecretValueCommand({ SecretId: names.two, ...value });
      await expect(client.send(command)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    },
  );

  it('is not deleted here', async () => {
    const command = new DeleteSecretCommand({ SecretId: names.two });
    await expect(client.send(command)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});

describe('its file', () => {
  it('is for its owner alone, and there is none before a value', () => {
    expect(readdirSync(dir).sort()).toEqual(['app-dev%2Fone.json', 'app-dev%2Ftwo.json']);
    for (const file of readdirSync(dir)) expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600);
  });

  it('stops the start when it is spoilt, and is not quoted', async () => {
    const spoilt = mkdtempSync(join(tmpdir(), 'cloakroom-secrets-'));
    writeFileSync(join(spoilt, 'app-dev%2Fone.json'), 'a-secret');
    const failure = await openSecretStore(secrets, spoilt).catch((error: unknown) => error);
    expect(String(failure)).toContain('holds no secret of ours: delete it');
    expect(String((failure as Error).stack)).not.toContain('a-secret');
  });
});
