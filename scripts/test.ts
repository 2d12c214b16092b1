import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';

// Whoever calls it from another folder means this one.
process.chdir(resolve(import.meta.dirname, '..'));

const [mode, ...patterns] = process.argv.slice(2);
const counted = { passed: 0, failed: 0, skipped: 0 };

if (mode === '--unit') {
  await unitTests(patterns);
} else if (mode === '--e2e') {
  await bundles();
  await endToEndTests(patterns);
} else {
  await step('lint and format', ['biome', 'ci', '--error-on-warnings', '.']);
  await step('import directions', ['node', 'scripts/check-imports.ts']);
  await step('types', ['tsc', '-p', '.']);
  await step('dead code and dependencies', ['knip']);
  await bundles();
  const options = process.argv.slice(2);
  await jest('tests of what is deployed', 'jest.deployed.config.mjs', ['--coverage', ...options]);
  await jest('proofs, and tests of the tools', 'jest.rest.config.mjs', options);
  await endToEndTests(options);
}
console.log(`\ntests: ${counted.passed} passed, ${counted.failed} failed, ${counted.skipped} skipped`);

function bundles(): Promise<void> {
  return step('bundles', ['node', 'scripts/build.ts']);
}

function unitTests(options: readonly string[]): Promise<void> {
  return jest('unit and integration tests', 'jest.config.mjs', options);
}

function endToEndTests(options: readonly string[]): Promise<void> {
  return jest('end-to-end tests', 'jest.e2e.config.mjs', options);
}

/** Runs jest and adds its counts to the closing line. */
async function jest(name: string, config: string, options: readonly string[]): Promise<void> {
  const results = '.local/test-results.json';
  rmSync(results, { force: true });
  const common = ['--config', config, ...(process.env.CI ? ['--ci'] : [])];
  await step(name, ['jest', ...common, '--json', `--outputFile=${results}`, ...options]);
  if (!existsSync(results)) return;
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, 'utf8'));
  counted.passed += numPassedTests;
  counted.failed += numFailedTests;
  counted.skipped += numPendingTests;
}

/** Runs one step with its output shown; a failed one ends the whole run with its exit code. */
async function step(name: string, [command = '', ...args]: readonly string[]): Promise<void> {
  console.log(`\n▸ ${name}`);
  const startedMs = performance.now();
  const env = { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' };
  const child = spawn(command, args, { stdio: 'inherit', env });
  const code = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(code === 0 ? `✓ ${name} (${seconds} s)` : `✗ ${name} failed (exit code ${code}, ${seconds} s)`);
  if (code !== 0) process.exit(code);
}
