import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { createOperatorClients, type OperatorClients } from '@cloakroom/aws/operator';
import { userKey } from '@cloakroom/core';
import { createBrowser } from '@cloakroom/local/token';
import { awsCliIsInstalled, pageBlocks, type RunStep, runPage } from '@cloakroom/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { awsFaults } from './aws-faults.ts';
import { type Browsers, browsersOf } from './browsers.ts';
import { environmentForUsers, eventually, get, post, request } from './dev.ts';
import { type LocalRun, startInProcess } from './start-in-process.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'docs/runbooks');
const IDS = globSync('*.md', { cwd: FOLDER })
  .map((file) => basename(file, '.md'))
  .filter((id) => id !== 'README')
  .sort();
const UNAVAILABLE = { code: 'InternalServerError', status: 500 } as const;
const SLOW_MS = 1500;
const SHOWN_WITHIN_MS = 20_000;

/** The command is not part of the product: where it is missing these tests are reported as skipped. */
const installed = awsCliIsInstalled();

const aws = awsFaults();
let local: LocalRun;
let at: Browsers;
let clients: OperatorClients;
let alice: string;
/** What the commands write stays out of the repository. */
const folder = mkdtempSync(join(tmpdir(), 'cloakroom-runbooks-'));
beforeAll(async () => {
  if (!installed) return;
  local = await startInProcess(aws.admit, { shape: 'keycloak' });
  const unheard = { remember: (token: string) => token, logsWithTokens: () => [], output: () => '' };
  at = browsersOf({ ...local, ...unheard, provider: local.provider.issuer });
  clients = createOperatorClients({ region: 'eu-central-1', endpoint: local.aws });
  alice = await local.newLogin('alice');
  expect((await post(`${local.api}/users/me/sessions`, alice)).status).toBe(200);
}, 120_000);
afterEach(async () => {
  aws.heal();
  if (installed) await at.behave({});
});
afterAll(async () => {
  for (const client of Object.values(clients ?? {})) client.destroy();
  await local?.stop();
  rmSync(folder, { recursive: true });
});

/** Runs commands of a page as they stand there, but here instead of at prod. */
function runHere(markdown: string): Promise<readonly RunStep[]> {
  const { port } = new URL(local.aws);
  const env = {
    ...environmentForUsers(),
    AWS_ENDPOINT_URL: local.aws,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_PAGER: '',
  };
  const replacements = {
    'scripts/logs prod': `${ROOT}/scripts/logs local --aws-port ${port}`,
    'scripts/redrive prod': `${ROOT}/scripts/redrive --local --aws-port ${port}`,
    '"$(terraform -chdir=terraform/environments/prod output -raw ApiUrl)': `"${local.api}`,
    // Version 1 of the AWS CLI does not read the address for it.
    'aws sqs': `aws --endpoint-url ${local.aws} sqs`,
    'cloakroom-prod': 'cloakroom-dev',
  };
  return runPage(markdown, { cwd: folder, env, replacements });
}

const pageOf = (id: string) => readFileSync(join(FOLDER, `${id}.md`), 'utf8');
const FIRST_BLOCK = /```sh\n[\s\S]*?\n```/;
const blockOf = (commands: string) => `\`\`\`sh\n${commands}\n\`\`\`\n`;

/** What the first command of a runbook prints, once it prints this. */
async function firstCommandShows(id: string, cause: RegExp): Promise<void> {
  const [block] = pageBlocks(pageOf(id));
  const command = block?.steps[0]?.commands ?? '';
  let last: unknown;
  const shown = async () => {
    // It fails while there is nothing to be shown.
    const steps = await runHere(blockOf(command)).catch((error: unknown) => error);
    last = Array.isArray(steps) ? steps[0].output : steps;
    return typeof last === 'string' && cause.test(last) ? true : undefined;
  };
  await eventually(`${id} shows ${cause}`, shown, SHOWN_WITHIN_MS).catch((error) => {
    throw new Error(`${error.message}; the last was ${last}`);
  });
}

async function invoke(name: string): Promise<void> {
  await clients.lambda.send(new InvokeCommand({ FunctionName: `cloakroom-dev-${name}`, Qualifier: 'live' }));
}

async function sessionOf(user: string): Promise<string> {
  const token = await local.newLogin(user);
  expect((await post(`${local.api}/users/me/sessions`, token)).status).toBe(200);
  return token;
}

async function refreshOf(browser: Awaited<ReturnType<Browsers['signedIn']>>): Promise<number> {
  return (await at.call(browser, '/auth/refresh', { method: 'POST' })).status;
}

const endAll = (token: string) =>
  request(`${local.api}/users/me/sessions`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });

interface Fault {
  readonly make: () => Promise<void>;
  /** What the first command of the runbook says of its cause. */
  readonly cause: RegExp;
}

/** What can go wrong on one machine, by the alarm that it leads to. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'denied-rate': {
    cause: /\d+ code=authorizer\.denied reason=session_required .*route="GET \/users\/\{userId\}\/events"/,
    async make() {
      expect((await get(`${local.api}/users/me/events`, await local.newLogin('dora'))).status).toBe(403);
    },
  },
  'refused-tokens': {
    cause: /reason=not_canonical|reason=header_malformed/,
    async make() {
      expect((await get(`${local.api}/users/me/events`, 'a.b.c')).status).toBe(401);
      expect((await post(`${local.api}/auth/bootstrap-session`, 'a.b.c')).status).toBe(401);
    },
  },
  revocations: {
    cause: /code=session\.revoked_all by=self actor=\w+ route="DELETE \/users\/\{userId\}\/sessions"/,
    async make() {
      expect((await endAll(await sessionOf('rosa'))).status).toBe(200);
    },
  },
  'sign-in-success': {
    cause: /code=session\.refused reason=LOGIN_ENDED remedy=sign_out_at_provider issuer=local/,
    async make() {
      const token = await sessionOf('sven');
      await endAll(token);
      expect((await post(`${local.api}/auth/bootstrap-session`, token)).status).toBe(403);
    },
  },
  'authorizer-errors': {
    cause:
      /error\.name=DependencyUnavailableError error\.message="DynamoDBClient is not available: InternalServerError/,
    async make() {
      aws.fail({ functionName: 'authorizer', ...UNAVAILABLE });
      expect((await get(`${local.api}/users/me/sessions`, alice)).status).toBe(500);
    },
  },
  'authorizer-latency': {
    // The slowest first.
    cause: /^REPORT RequestId: \S+\s+Duration: (1[5-9]|[2-9]\d)\d\d\./,
    async make() {
      aws.delay('authorizer', SLOW_MS);
      expect((await get(`${local.api}/users/me/sessions`, alice)).status).toBe(200);
    },
  },
  'api-errors': {
    cause: /service=sessions-api route="GET \/users\/\{userId\}\/sessions" error\.name=DependencyUnavailableError/,
    async make() {
      aws.fail({ functionName: 'sessions-api', ...UNAVAILABLE });
      expect((await get(`${local.api}/users/me/sessions`, alice)).status).toBe(503);
    },
  },
  'table-throttles': {
    cause: /service=list-events .*error\.cause\.name=ProvisionedThroughputExceededException/,
    async make() {
      aws.fail({ functionName: 'list-events', code: 'ProvisionedThroughputExceededException', status: 400 });
      expect((await get(`${local.api}/users/me/events`, alice)).status).toBe(503);
    },
  },
  'credential-refreshes': {
    cause: /service=user-data code=aws\.credentials\.refresh error=\S*UnrecognizedClientException/,
    async make() {
      aws.fail({ functionName: 'user-data', code: 'UnrecognizedClientException', status: 403 });
      expect((await get(`${local.api}/users/me/export`, alice)).status).toBe(503);
    },
  },
  'queue-age': {
    cause: /code=event\.failed error\.name=DependencyUnavailableError/,
    async make() {
      aws.fail({ functionName: 'store-event', ...UNAVAILABLE });
      expect((await post(`${local.api}/users/me/events`, alice, { type: 'door.opened', data: {} })).status).toBe(202);
    },
  },
  'stream-age': {
    cause: /code=change\.failed error\.name=DependencyUnavailableError/,
    async make() {
      aws.fail({ functionName: 'record-changes', ...UNAVAILABLE });
      await sessionOf('stan');
    },
  },
  'dead-letters': {
    cause: /changes: 1\n.*INSERT of SESSION#of-a-lat….* malformed: kind/,
    async make() {
      const key = {
        user_key: { S: userKey({ issuer: 'local', sub: 'lena' }) },
        item: { S: 'SESSION#of-a-later-kind' },
      };
      const later = { TableName: 'cloakroom-dev-sessions', Item: { ...key, kind: { S: 'canary' } } };
      await clients.dynamodb.send(new PutItemCommand(later));
      const queue = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: 'cloakroom-dev-events' }));
      await clients.sqs.send(new SendMessageCommand({ QueueUrl: queue.QueueUrl, MessageBody: 'poison' }));
    },
  },
  'key-set-age': {
    cause: /code=keys\.refresh_failed issuer=local error\.code=KEY_SET_UNREADABLE .* answered 503/,
    async make() {
      await at.behave({ outage: 'unavailable' });
      await invoke('refresh-keys');
    },
  },
  'sign-in-completion': {
    cause: /issuer=local reason=PROVIDER_UNAVAILABLE cause=\S+/,
    async make() {
      await at.behave({ answers: { token: { status: 503, body: { error: 'temporarily_unavailable' } } } });
      expect((await at.signIn(createBrowser(), 'sara')).at).toBe('/app?error=PROVIDER_UNAVAILABLE#');
    },
  },
  'refresh-failures': {
    cause: /issuer=local reason=unavailable cause=\S+/,
    async make() {
      const browser = await at.signedIn('rita');
      await at.makeDue(browser);
      await at.behave({ outage: 'unavailable' });
      expect(await refreshOf(browser)).toBe(503);
    },
  },
  'reuse-detected': {
    cause: /token-handler +WARN +ticket\.reused .*user=\w+ .*session=\w+/,
    async make() {
      const victim = await at.signedIn('vera');
      const thief = victim.copy();
      expect(await refreshOf(thief)).toBe(200);
      expect((await at.call(thief, '/users/me/sessions')).status).toBe(200);
      await at.ageRefresh(thief);
      expect((await at.call(victim, '/users/me/sessions')).status).toBe(401);
      expect(await refreshOf(victim)).toBe(410);
    },
  },
  'backchannel-failures': {
    cause: /backchannel-logout +ERROR +backchannel_logout\.failed .*reason=DEPENDENCY_UNAVAILABLE issuer=local/,
    async make() {
      await at.signedIn('bob');
      const [sid = ''] = await at.sessionsOf('bob');
      aws.fail({ functionName: 'backchannel-logout', ...UNAVAILABLE });
      expect((await at.sendLogoutToken(await at.logoutToken({ sid, sub: 'bob' }))).status).toBe(503);
    },
  },
};
/** Nobody turns functions away on one machine: its processes wait for each other. */
const NOT_MADE_HERE = ['function-throttles'];

(installed ? describe : describe.skip)('a fault of this machine', () => {
  it('is made for every alarm but those for which none can be', () => {
    expect([...Object.keys(FAULTS), ...NOT_MADE_HERE].sort()).toEqual(IDS);
  });

  it.each(Object.entries(FAULTS))(
    'shows in what the first command of its runbook prints: %s',
    async (id, { make, cause }) => {
      await make();
      await firstCommandShows(id, cause);
    },
    60_000,
  );
});

/** Of what rings already when it happens once. */
const RING_AT_ONCE = ['backchannel-failures', 'dead-letters', 'reuse-detected'];

(installed ? describe : describe.skip)('after all of them', () => {
  it.each(IDS)(
    'every other command that can be run here works: %s',
    async (id) => {
      const page = pageOf(id);
      await runHere(id in FAULTS ? page.replace(FIRST_BLOCK, '') : page);
    },
    120_000,
  );

  it('those of the index work, and show what rings', async () => {
    const ringing = async () => {
      const [alarms] = await runHere(pageOf('README'));
      return RING_AT_ONCE.every((id) => alarms?.output.includes(`cloakroom-dev-${id}\t`)) || undefined;
    };
    // CloudWatch looks at full minutes.
    await eventually('they ring', ringing, 120_000);
  }, 180_000);
});
