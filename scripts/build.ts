import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { zipFiles } from '@cloakroom/terraform/zip-files';
import * as esbuild from 'esbuild';
import { buildClient } from './build-client.ts';

const ROOT = resolve(import.meta.dirname, '..');
const ENTRY = 'src/index.ts';

/** The largest a minified bundle may be, in bytes. A cold start reads all of it. One line for every function there is. */
const BUDGET_BYTES: Readonly<Record<string, number>> = {
  authorizer: 560_000,
  'backchannel-logout': 530_000,
  'create-session': 590_000, // 12 KB of it read IP addresses
  'enqueue-event': 520_000,
  health: 520_000,
  'list-events': 520_000,
  'record-changes': 520_000,
  'refresh-keys': 520_000,
  'sessions-api': 560_000,
  'store-event': 520_000,
  'token-handler': 720_000, // 95 KB of it are clients of KMS, Secrets Manager and the provider
  'user-data': 560_000,
};

/** A bundle as it was written. */
export interface Bundle {
  readonly name: string;
  readonly bundleBytes: number;
  readonly zipBytes: number;
  readonly budgetBytes: number;
}

/**
 * Bundles every function into `<outDir>/<name>/index.mjs`, with its source map beside, and `<outDir>/<name>.zip`, which
 * holds index.mjs alone. The same sources give the same bytes, on any day, in any folder and in any time zone: the hash of
 * the zip decides whether Terraform publishes a new version.
 *
 * @throws Error when a function has no entry, no budget, or does not compile
 */
export async function buildFunctions(outDir: string): Promise<readonly Bundle[]> {
  const names = functionNames();
  // No more than what is written here: whoever names the wrong folder loses nothing.
  for (const file of names.flatMap(outputsOf)) rmSync(join(outDir, file), { force: true });
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: names.map((name) => ({ in: join('functions', name, ENTRY), out: join(name, 'index') })),
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Packages that offer ES modules can be tree-shaken; esbuild's default for Node would take their CommonJS.
    mainFields: ['module', 'main'],
    // What CommonJS packages need inside an ES module.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    sourcemap: 'linked',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return names.map((name) => zipBundle(outDir, name));
}

/** The bundles that are larger than their budget allows. */
export function overBudget(bundles: readonly Bundle[]): readonly Bundle[] {
  return bundles.filter(({ bundleBytes, budgetBytes }) => bundleBytes > budgetBytes);
}

function outputsOf(name: string): readonly string[] {
  return [join(name, 'index.mjs'), join(name, 'index.mjs.map'), `${name}.zip`];
}

function functionNames(): readonly string[] {
  const folder = join(ROOT, 'functions');
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'package.json')));
  const problems = [
    ...names
      .filter((name) => !existsSync(join(folder, name, ENTRY)))
      .map((name) => `functions/${name}/${ENTRY} is missing`),
    ...names
      .filter((name) => BUDGET_BYTES[name] === undefined)
      .map((name) => `${name} has no budget in scripts/build.ts`),
    ...Object.keys(BUDGET_BYTES)
      .filter((name) => !names.includes(name))
      .map((name) => `functions/${name} is missing`),
  ];
  if (problems.length > 0) throw new Error(`cannot build: ${problems.join('; ')}`);
  return names;
}

function zipBundle(outDir: string, name: string): Bundle {
  const code = readFileSync(join(outDir, name, 'index.mjs'));
  const zip = zipFiles({ 'index.mjs': code });
  writeFileSync(join(outDir, `${name}.zip`), zip);
  return { name, bundleBytes: code.length, zipBytes: zip.length, budgetBytes: BUDGET_BYTES[name] ?? 0 };
}

function sizeTable(bundles: readonly Bundle[]): string {
  const row = (...cells: readonly (string | number)[]) =>
    cells.map((cell, column) => (column === 0 ? String(cell).padEnd(20) : String(cell).padStart(12))).join('');
  const rows = bundles.map(({ name, bundleBytes, budgetBytes, zipBytes }) =>
    row(name, bundleBytes, budgetBytes, zipBytes),
  );
  return [row('function', 'bundle B', 'budget B', 'zip B'), ...rows].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, 'dist') } } });
  const outDir = resolve(values.out);
  mkdirSync(outDir, { recursive: true });
  const startMs = performance.now();
  const bundles = await buildFunctions(outDir);
  console.log(sizeTable(bundles));
  const client = await buildClient(join(outDir, 'client'));
  console.log(`client, gzipped: ${client.gzipBytes} B of ${client.budgetGzipBytes} B`);
  console.log(`built ${bundles.length} functions and the client in ${Math.round(performance.now() - startMs)} ms`);
  const tooLarge = overBudget(bundles);
  for (const { name, bundleBytes, budgetBytes } of tooLarge) {
    console.error(`cloakroom: ${name} is ${bundleBytes - budgetBytes} B over its budget of ${budgetBytes} B`);
  }
  if (client.gzipBytes > client.budgetGzipBytes) {
    console.error(`cloakroom: the client is ${client.gzipBytes - client.budgetGzipBytes} B over its budget`);
  }
  if (tooLarge.length > 0 || client.gzipBytes > client.budgetGzipBytes) process.exitCode = 1;
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
