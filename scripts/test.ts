import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { installKeycloak } from '@cloakroom/local';
import { findChromium } from '../packages/testing/browser/find-chromium.ts';
import { findRealParts } from '../terraform/apply/real-parts.ts';

// Whoever calls it from another folder means this one.
process.chdir(resolve(import.meta.dirname, '..'));

/** A part of the tests: its name, the configuration of jest, and what it is called on the command line. */
interface Part {
  readonly name: string;
  readonly config: string;
  readonly options?: readonly string[];
}

const UNIT: Part = { name: 'unit and integration tests', config: 'jest.config.mjs' };
const DEPLOYED: Part = {
  name: 'tests of what is deployed',
  config: 'jest.deployed.config.mjs',
  options: ['--coverage'],
};
const REST: Part = { name: 'proofs, and tests of the tools', config: 'jest.rest.config.mjs' };
const END_TO_END: Part = { name: 'end-to-end tests', config: 'jest.e2e.config.mjs' };
const KEYCLOAK: Part = { name: 'tests at a Keycloak', config: 'jest.keycloak.config.mjs' };
const BROWSER: Part = { name: 'tests in Chromium', config: 'jest.browser.config.mjs' };
const TERRAFORM: Part = { name: 'tests of terraform apply', config: 'jest.terraform.config.mjs' };

const counted = { passed: 0, failed: 0, skipped: 0 };
const skippedParts: string[] = [];
const failedParts: string[] = [];
const [mode, ...patterns] = process.argv.slice(2);

if (mode === '--unit') {
  await jest(UNIT, patterns);
} else if (mode === '--e2e') {
  await bundles();
  await jest(END_TO_END, patterns);
} else if (mode === '--terraform') {
  await bundles();
  if (await isRealTerraformHere()) await jest(TERRAFORM, patterns);
} else if (mode === '--keycloak') {
  await atKeycloak(patterns);
} else if (mode === '--browser') {
  if (isChromiumHere()) await jest(BROWSER, patterns);
} else if (mode === '--quick') {
  process.env.CLOAKROOM_TEST_QUICK = '1';
  await checks();
  await bundles();
  for (const part of [UNIT, END_TO_END]) await jest(part, patterns);
} else {
  const options = process.argv.slice(2);
  await checks();
  await bundles();
  // It mostly waits for Terraform, which mostly waits too.
  const finishTerraform = (await isRealTerraformHere()) ? jestBeside(TERRAFORM, options) : undefined;
  for (const part of [DEPLOYED, REST, END_TO_END]) await jest(part, options);
  // Either waits for pages most of the time.
  const finishBrowser = isChromiumHere() ? jestBeside(BROWSER, options) : undefined;
  await atKeycloak(options);
  await finishBrowser?.();
  await finishTerraform?.();
}
const skipped = skippedParts.map((part) => `\nskipped: ${part}`).join('');
const failed = failedParts.map((part) => `\nfailed: ${part}`).join('');
console.log(
  `\ntests: ${counted.passed} passed, ${counted.failed} failed, ${counted.skipped} skipped${skipped}${failed}`,
);
process.exitCode = failedParts.length === 0 ? 0 : 1;

async function checks(): Promise<void> {
  await step('lint and format', ['biome', 'ci', '--error-on-warnings', '.']);
  await step('import directions', ['node', 'scripts/check-imports.ts']);
  await step('types', ['tsc', '-p', '.']);
  await step('types of the client, which runs in browsers', ['tsc', '-p', 'packages/client']);
  await step('dead code and dependencies', ['knip']);
}

function bundles(): Promise<void> {
  return step('bundles', ['node', 'scripts/build.ts']);
}

/** Where there is no Keycloak and none to be had, that is said and counted; in CI it is a failure. */
async function atKeycloak(options: readonly string[]): Promise<void> {
  try {
    await installKeycloak({ toolsDir: resolve('.local/tools'), say: console.log });
  } catch (error) {
    return skip(KEYCLOAK, error instanceof Error ? error.message : String(error));
  }
  await jest(KEYCLOAK, options);
}

/** Whether there is a Chromium. Where there is none, that is said and counted; in CI it is a failure. */
function isChromiumHere(): boolean {
  if (findChromium() !== undefined) return true;
  skip(BROWSER, 'Chromium: install chromium, or name it in CHROMIUM_BIN');
  return false;
}

/** Whether the part can run. Where it cannot, that is said and counted; in CI it is a failure. */
async function isRealTerraformHere(): Promise<boolean> {
  const parts = await findRealParts();
  if (!('missing' in parts)) return true;
  skip(TERRAFORM, parts.missing);
  return false;
}

function skip({ name }: Part, missing: string): void {
  console.log(`\n– ${name} skipped. Missing: ${missing}`);
  if (process.env.CI) {
    console.log('In CI nothing may be missing.');
    process.exit(1);
  }
  skippedParts.push(`${name} (missing: ${missing})`);
}

/**
 * Runs the tests of a part with their output shown, and adds their counts to the closing line. The parts after one that failed run all
 * the same: one red test hides no other.
 */
async function jest(part: Part, options: readonly string[]): Promise<void> {
  const { command, results } = jestCommand(part, options);
  finish(part, await run(part.name, command), results);
}

/** Starts the tests of a part beside those of others. What is returned waits for their end, and shows what they have printed. */
function jestBeside(part: Part, options: readonly string[]): () => Promise<void> {
  const { command, results } = jestCommand(part, options);
  const log = results.replace('.json', '.log');
  console.log(`\n▸ ${part.name}, beside the others (${log})`);
  const startedMs = performance.now();
  const file = openSync(log, 'w');
  const child = start(command, file);
  closeSync(file); // the child has its own
  process.once('exit', () => child.kill('SIGTERM'));
  const ended = exitCodeOf(child).then((code) => ({ code, endedMs: performance.now() }));
  return async () => {
    const { code, endedMs } = await ended;
    console.log(readFileSync(log, 'utf8'));
    finish(part, conclude(part.name, code, endedMs - startedMs), results);
  };
}

function jestCommand({ config, options: own = [] }: Part, options: readonly string[]) {
  const results = `.local/${config.replace('.config.mjs', '')}-results.json`;
  rmSync(results, { force: true });
  const common = ['--config', config, ...(process.env.CI ? ['--ci'] : [])];
  return { command: ['jest', ...common, '--json', `--outputFile=${results}`, ...own, ...options], results };
}

function finish({ name }: Part, isPassed: boolean, results: string): void {
  if (!isPassed) failedParts.push(name);
  if (!existsSync(results)) return;
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, 'utf8'));
  counted.passed += numPassedTests;
  counted.failed += numFailedTests;
  counted.skipped += numPendingTests;
}

/** Runs one step with its output shown; a failed one ends the whole run. */
async function step(name: string, command: readonly string[]): Promise<void> {
  if (!(await run(name, command))) process.exit(1);
}

/** Runs a command with its output shown. Whether it passed. */
async function run(name: string, command: readonly string[]): Promise<boolean> {
  console.log(`\n▸ ${name}`);
  const startedMs = performance.now();
  const code = await exitCodeOf(start(command, 'inherit'));
  return conclude(name, code, performance.now() - startedMs);
}

function start([command = '', ...args]: readonly string[], output: 'inherit' | number): ChildProcess {
  const env = { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' };
  return spawn(command, args, { stdio: ['inherit', output, output], env });
}

function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
}

function conclude(name: string, code: number, tookMs: number): boolean {
  const seconds = (tookMs / 1000).toFixed(1);
  console.log(code === 0 ? `✓ ${name} (${seconds} s)` : `✗ ${name} failed (exit code ${code}, ${seconds} s)`);
  return code === 0;
}
