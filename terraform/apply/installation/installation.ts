import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { environmentThere, freshCopy } from '@cloakroom/testing/fresh-copy';
import { afterAll, beforeAll } from '@jest/globals';
import { REAL_PARTS } from '../applied-fixture.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { type RecordingProxy, startRecordingProxy } from '../recording-proxy.ts';
import { type RunningProvider, startProvider } from '../running-provider.ts';
import { type Outcome, type StartedProgram, startProgram } from '../started-program.ts';
import { cliConfiguration } from '../workspace.ts';
import { type LocalApi, startLocalApi } from './local-api.ts';
import { VARIABLES, writeTerraformProgram } from './terraform-program.ts';

/** The account. That of all examples would be taken for one. */
export const ACCOUNT_ID = '271828182845';
/** The page that calls the API, in every environment here. */
const ORIGIN = 'https://app.cloakroom-stories.net';
/** Where the state is, in every environment here that does not say otherwise. */
export const STATE_BUCKET = 'cloakroom-stories-state';

/**
 * A user's copy of this repository, in which scripts run as users run them: with nothing but what their shell tells them. AWS is the
 * emulated account behind the recording proxy, to which `AWS_ENDPOINT_URL` leads Terraform, its provider, its state, the AWS CLI and
 * the SDK. Three things are not as a user has them, and this is all:
 *
 * - `terraform` is a small program before Terraform: see {@link writeTerraformProgram};
 * - functions are invoked, and the API is asked, at the local AWS of the same copy (`scripts/dev`), since the emulated account runs none;
 * - the provider may be one process for all runs: see {@link Installation.keepProvider}.
 */
export interface Installation {
  /** The copy. */
  readonly folder: string;
  readonly emulator: Emulator;
  readonly proxy: RecordingProxy;
  /** Who answers in the place of the API and the functions. */
  readonly local: LocalApi;
  /** Of a person's shell there. */
  readonly env: NodeJS.ProcessEnv;
  /** Where an environment is, and Terraform runs. */
  environmentFolder(name: string): string;
  /** Writes an environment.ts with values that are no examples: no VPC, state in {@link STATE_BUCKET}. `more` is TypeScript of an object's inside. */
  writeEnvironment(name: string, more?: string): void;
  /** Runs a program of the copy, or one on the PATH, and says how it ended. Nobody is there to be asked. */
  run(program: string, args: readonly string[], folder?: string): Promise<Outcome>;
  /** Starts one, in a process group of its own. */
  start(program: string, args: readonly string[], folder?: string): StartedProgram;
  /** From now on one process of the provider serves every run in the environment's folder, in which `terraform init` has run. */
  keepProvider(environment: string): Promise<void>;
}

/**
 * Makes an installation for the tests of a file, and removes it after them.
 *
 * @param isServed whether there is an API to ask, and a function to invoke: scripts/dev takes a few seconds. Default: yes
 */
export function useInstallation({ isServed = true } = {}): Installation {
  let folder = '';
  let emulator: Emulator | undefined;
  let proxy: RecordingProxy | undefined;
  let local: LocalApi | undefined;
  let provider: RunningProvider | undefined;
  let env: NodeJS.ProcessEnv = {};

  beforeAll(async () => {
    const starting = startEmulator(REAL_PARTS, ACCOUNT_ID);
    folder = freshCopy();
    emulator = await starting;
    proxy = await startRecordingProxy(emulator.url);
    if (isServed) local = await startLocalApi(folder, environmentThere());
    const aws = local?.aws ?? '';
    const isInvocation = ({ action }: { action: string }) => action === 'Invoke';
    // Functions have the names of dev there.
    if (isServed) proxy.divert(isInvocation, (path) => `${aws}${path.replace(/cloakroom-[a-z]+-/, 'cloakroom-dev-')}`);
    const tools = join(folder, '.local/installation');
    writeTerraformProgram(tools, REAL_PARTS);
    writeFileSync(join(tools, 'terraform.rc'), cliConfiguration(REAL_PARTS.mirror));
    env = { ...shellOf(tools, proxy.url), [VARIABLES.api]: local?.api ?? '' };
  }, 300_000);
  afterAll(async () => {
    provider?.kill();
    await local?.stop();
    await proxy?.stop();
    await emulator?.stop();
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  const environmentFolder = (name: string) => join(folder, 'terraform/environments', name);
  const start: Installation['start'] = (program, args, cwd = folder) =>
    startProgram(program.includes('/') ? join(folder, program) : program, args, { cwd, env });
  return {
    get folder() {
      return folder;
    },
    get env() {
      return env;
    },
    get emulator() {
      return started(emulator);
    },
    get local() {
      return started(local);
    },
    get proxy() {
      return started(proxy);
    },
    environmentFolder,
    writeEnvironment(name, more = '') {
      mkdirSync(environmentFolder(name), { recursive: true });
      writeFileSync(join(environmentFolder(name), 'environment.ts'), environmentText(name, more));
    },
    start,
    run: (program, args, cwd) => start(program, args, cwd).outcome,
    async keepProvider(environment) {
      provider ??= await startProvider(environmentFolder(environment), credentials(started(proxy).url));
      env = { ...env, [VARIABLES.provider]: provider.variables.TF_REATTACH_PROVIDERS };
    },
  };
}

function environmentText(name: string, more: string): string {
  return `import { cognitoIssuer } from '../cognito-issuer.ts';
import { defaults } from '../defaults.ts';
import type { Environment } from '../environment.ts';

export const ${name}: Environment = {
  ...defaults,
  name: '${name}',
  accountId: '${ACCOUNT_ID}',
  state: { kind: 's3', bucket: '${STATE_BUCKET}', region: 'eu-central-1' },
  issuers: [cognitoIssuer({ alias: 'cognito', userPoolId: 'eu-central-1_Ab12Cd34E', clientIds: ['4f2kq7hb1n0c8t5m3s9d6w2x4z'] })],
  allowedOrigins: ['${ORIGIN}'],
  logRetentionDays: 7,
  throttle: { ratePerSecond: 50, burst: 100, publicRoute: { ratePerSecond: 10, burst: 20 } },
  protection: { preventDestroy: true, deletionProtection: false },
  ${more}
};
`;
}

/** Credentials of somebody in the emulated account, and where that is. */
function credentials(endpoint: string) {
  return { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
}

/** What a person's shell tells every program, without what this machine's tells of AWS. */
function shellOf(tools: string, endpoint: string): NodeJS.ProcessEnv {
  const { PATH = '', ...there } = environmentThere();
  const ours = Object.entries(there).filter(([name]) => !/^(AWS_|TF_|CLOAKROOM_|TERRAFORM_BIN$)/.test(name));
  return {
    ...Object.fromEntries(ours),
    ...credentials(endpoint),
    PATH: [tools, PATH].join(delimiter),
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    TF_CLI_CONFIG_FILE: join(tools, 'terraform.rc'),
    // Half of Terraform's work here is collecting garbage of the provider's schema.
    GOGC: '800',
    GOMEMLIMIT: '1GiB',
  };
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the installation is there from beforeAll on');
  return part;
}
