import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { prod } from '../environments/prod/environment.ts';
import { REAL_PARTS, useAccount } from './applied-fixture.ts';
import { answerPattern, pageCommands } from './page-commands.ts';

const run = promisify(execFile);
const PAGE = join(import.meta.dirname, '../../docs/vpc-credentials.md');
const commands = pageCommands(readFileSync(PAGE, 'utf8'));
/** The control plane neither runs functions nor keeps what they would have logged: end-to-end tests ask these. */
const ASKED_ELSEWHERE = ['aws logs filter-log-events', 'curl'];

/** The command is not part of the product: where it is missing these tests are reported as skipped. */
const installed = cliIsInstalled();
const account = useAccount();
beforeAll(async () => {
  if (!installed) return;
  const { workspace } = account;
  await account.emulator.makeBucket('example-cloakroom-state-prod');
  workspace.write(account.stackOf(prod));
  await workspace.init();
  await workspace.apply();
});

(installed ? describe : describe.skip)('docs/vpc-credentials.md, in the folder of prod as applied', () => {
  it('asks for every part of the way from a function to AWS', () => {
    const unanswered = commands.filter(({ answer }) => answer === undefined).map(({ command }) => command);
    expect(unanswered.map((command) => ASKED_ELSEWHERE.find((start) => command.startsWith(start)))).toEqual(
      ASKED_ELSEWHERE,
    );
    expect(commands.length).toBeGreaterThan(12);
  });

  it.each(commands.filter(({ answer }) => answer !== undefined))(
    'gets the answer that it tells: $command',
    async ({ command, answer = '' }) => {
      expect((await shell(command)).trim()).toMatch(answerPattern(answer));
    },
  );
});

/** What the commands print, for somebody who has an account of AWS and Terraform. */
async function shell(command: string): Promise<string> {
  const { PATH, HOME } = process.env;
  const env = {
    PATH,
    HOME,
    TERRAFORM: REAL_PARTS.terraform,
    CHECKPOINT_DISABLE: '1',
    AWS_ENDPOINT_URL: account.emulator.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_PAGER: '',
  };
  const script = `terraform() { command "$TERRAFORM" "$@"; }\n${command}`;
  const { stdout } = await run('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
    cwd: account.workspace.folder,
    env,
  });
  return stdout;
}

function cliIsInstalled(): boolean {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
