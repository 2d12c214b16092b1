import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createOperatorClients, type OperatorClients } from '@cloakroom/aws/operator';
import { awsCliIsInstalled, pageBlocks, type RunStep, runPage } from '@cloakroom/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { awsFaults } from './aws-faults.ts';
import { type Browsers, browsersOf } from './browsers.ts';
import { environmentForUsers, eventually, post } from './dev.ts';
import { FAULTS } from './runbook-faults.ts';
import { type LocalRun, startInProcess } from './start-in-process.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'docs/runbooks');
const IDS = globSync('*.md', { cwd: FOLDER })
  .map((file) => basename(file, '.md'))
  .filter((id) => id !== 'README')
  .sort();
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
});
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
    'scripts/smoke ': `${ROOT}/scripts/smoke `,
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

/** Nobody turns functions away on one machine: its processes wait for each other. */
const NOT_MADE_HERE = ['function-throttles'];

(installed ? describe : describe.skip)('a fault of this machine', () => {
  it('is made for every alarm but those for which none can be', () => {
    expect([...Object.keys(FAULTS), ...NOT_MADE_HERE].sort()).toEqual(IDS);
  });

  it.each(Object.entries(FAULTS))(
    'shows in what the first command of its runbook prints: %s',
    async (id, { make, cause }) => {
      await make({ local, at, aws, clients, alice });
      await firstCommandShows(id, cause);
    },
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
