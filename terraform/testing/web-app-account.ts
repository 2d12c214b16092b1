import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { freePort, LOCAL_ACCOUNT_ID, resolveStack, startAws } from '@cloakroom/local';
import { ENVIRONMENTS } from '../environments/index.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { resource, resources, statementsOf, synthesized } from './synthesized.ts';

/** The roles of two apps: one that keeps sessions, and one that lists them all besides. */
export const SHOP = 'shop-web';
export const SCANNING = 'shop-admin';

/** One action of the second app, and the statement that it stands in. */
export interface Granted {
  readonly sid: string;
  readonly action: string;
}

/** What two apps call, on the local AWS: tables and keys as they were synthesized, without functions. */
export interface WebAppAccount {
  /** Of sessions, by name. */
  readonly table: string;
  readonly events: string;
  /** ARN. */
  readonly tableKey: string;
  /** Each action of the second app. */
  readonly granted: readonly Granted[];
  /** May do everything. */
  readonly developer: DynamoDBClient;
  /** What a client is made of that calls as a role. */
  as(role: string): Promise<DynamoDBClientConfig>;
  clientOf(role: string): Promise<DynamoDBClient>;
  stop(): Promise<void>;
}

/** A role that may do what the second app may, but for this. */
export function roleWithout({ sid, action }: Granted): string {
  return `without-${sid}-${action.replace(':', '-')}`;
}

export async function startWebAppAccount(): Promise<WebAppAccount> {
  const webApps = [{ role: SHOP }, { role: SCANNING, scan: true }];
  const document = synthesized({ ...ENVIRONMENTS.dev, webApps }, { deployable: false });
  const granted = grantedTo(SCANNING, document);
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-web-app-'));
  const origins = { awsEndpoint: endpoint, apiEndpoint: 'http://127.0.0.1:1' };
  const stack = resolveStack(reduced(document, granted), { folder, origins });
  const faults: unknown[] = [];
  const awsEndpointPort = Number(new URL(endpoint).port);
  const aws = await startAws({ stack, dataDir: folder, awsEndpointPort, onError: (error) => faults.push(error) });
  const common = { endpoint, region: stack.region, maxAttempts: 1 };
  const developer = new DynamoDBClient({ ...common, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  const as = async (role: string) => ({ ...common, credentials: await assumed(role, endpoint) });
  const clients = new Map([['', developer]]);
  return {
    table: String(resource(document, 'aws_dynamodb_table', 'sessions').name),
    events: String(resource(document, 'aws_dynamodb_table', 'events').name),
    tableKey: String(stack.get('aws_kms_key.tables').attributes.arn),
    granted,
    developer,
    as,
    async clientOf(role) {
      const client = clients.get(role) ?? new DynamoDBClient(await as(role));
      clients.set(role, client);
      return client;
    },
    async stop() {
      for (const client of clients.values()) client.destroy();
      await aws.stop();
      if (faults.length > 0) throw new AggregateError(faults, 'the local AWS had faults of its own');
    },
  };
}

/** Tables, keys, the policies of the apps, and those of a role for each action that is left out. */
function reduced(document: TerraformDocument, granted: readonly Granted[]): object {
  const { provider } = document;
  const policies = Object.entries(resources(document, 'aws_iam_role_policy'));
  const ofApps = policies.filter(([, { role }]) => role === SHOP || role === SCANNING);
  const statements = statementsOfRole(SCANNING, document);
  const lacking = granted.map((left) => {
    const kept = statements.flatMap(({ Action, ...rest }) => {
      const actions = [Action].flat().filter((action) => rest.Sid !== left.sid || action !== left.action);
      return actions.length === 0 ? [] : [{ ...rest, Action: actions }];
    });
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: kept });
    return [roleWithout(left), { role: roleWithout(left), policy }] as const;
  });
  return {
    provider,
    resource: {
      aws_dynamodb_table: resources(document, 'aws_dynamodb_table'),
      aws_kms_key: resources(document, 'aws_kms_key'),
      aws_iam_role_policy: Object.fromEntries([...ofApps, ...lacking]),
    },
  };
}

function grantedTo(role: string, document: TerraformDocument): readonly Granted[] {
  return statementsOfRole(role, document).flatMap(({ Sid, Action }) =>
    [Action].flat().map((action) => ({ sid: String(Sid), action })),
  );
}

function statementsOfRole(role: string, document: TerraformDocument) {
  const policies = Object.values(resources(document, 'aws_iam_role_policy'));
  return policies.filter((policy) => policy.role === role).flatMap(({ policy }) => statementsOf(policy));
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
async function assumed(role: string, endpoint: string) {
  const RoleArn = `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/${role}`;
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/sts/aws4_request, SignedHeaders=host, Signature=00',
    },
    body: new URLSearchParams({ Action: 'AssumeRole', RoleArn, RoleSessionName: 'app' }),
  });
  const text = await answer.text();
  const element = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1] ?? '';
  return {
    accessKeyId: element('AccessKeyId'),
    secretAccessKey: element('SecretAccessKey'),
    sessionToken: element('SessionToken'),
  };
}
