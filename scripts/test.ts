import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

const [mode, ...rest] = process.argv.slice(2);
const jest = ['jest', ...(process.env.CI ? ['--ci'] : [])];
const unit = [...jest, '--maxWorkers=2'];
const endToEnd = [...jest, '--config', 'jest.e2e.config.mjs', '--runInBand'];

if (mode === '--unit') {
  await step('unit and integration tests', [...unit, ...rest]);
} else if (mode === '--e2e') {
  await step('bundles', ['node', 'scripts/build.ts']);
  await step('end-to-end tests', [...endToEnd, ...rest]);
} else {
  await step('lint and format', ['biome', 'ci', '--error-on-warnings', '.']);
  await step('import directions', ['node', 'scripts/check-imports.ts']);
  await step('types', ['tsc', '-p', '.']);
  await step('dead code and dependencies', ['knip']);
  await step('bundles', ['node', 'scripts/build.ts']);
  await step('unit and integration tests', [...unit, '--coverage', ...process.argv.slice(2)]);
  await step('end-to-end tests', [...endToEnd, ...process.argv.slice(2)]);
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
