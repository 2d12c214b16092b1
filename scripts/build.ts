import { existsSync, globSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type OwnSource, ownSources } from '@cloakroom/terraform/own-sources';
import type { ClientBundle } from './build-client.ts';
import { BUDGET_BYTES } from './bundles/budgets.ts';
import { type BuildRecord, readBuildRecord } from './bundles/build-record.ts';
import type { Bundle } from './bundles/bundle-functions.ts';
import type { OwnBundle } from './bundles/bundle-own-function.ts';

const ROOT = resolve(import.meta.dirname, '..');
const ENTRY = 'src/index.ts';
/** All that the client is made of. */
const CLIENT_SOURCES = ['packages/client/src/**/*.ts', 'packages/client/*.json'];
/** What the store for express-session is made of besides the code that it bundles: its types, and how they are written. */
const STORE_SOURCES = [
  'packages/express-session/src/**/*.ts',
  'packages/express-session/*.json',
  'scripts/express-session/*.ts',
];

/** What is in the output folder now, and how much of it had to be built. */
export interface Products {
  readonly bundles: readonly Bundle[];
  /** Of the team's functions. */
  readonly own: readonly OwnBundle[];
  readonly builtCount: number;
}

/**
 * Bundles every function, as `bundleFunctions` does, and those of the team, as `bundleOwnFunction` does. Those stay as they are that
 * would come out the same: the hash of a zip decides whether Terraform publishes a new version.
 *
 * @throws Error when a function has no entry, does not compile, or, one of ours, has no budget; when one of the team's has no handler
 */
export async function buildFunctions(
  outDir: string,
  record = readBuildRecord(ROOT, outDir),
  sources = ownSources(),
): Promise<Products> {
  const names = functionNames();
  const bundles = new Map(names.map((name) => [name, record.current(name) as Bundle | undefined]));
  const changed = names.filter((name) => bundles.get(name) === undefined);
  for (const built of changed.length === 0 ? [] : await bundle(changed, outDir)) {
    const { name, problems } = built.result;
    bundles.set(name, built.result);
    // One that is not as it must be is built, and complained of, until it is.
    if (problems.length === 0) record.remember(name, built);
  }
  const own = await buildOwnFunctions(sources, outDir, record);
  record.save();
  return {
    bundles: [...bundles.values()].filter((bundle) => bundle !== undefined),
    own: own.bundles,
    builtCount: changed.length + own.builtCount,
  };
}

async function buildOwnFunctions(sources: readonly OwnSource[], outDir: string, record: BuildRecord) {
  const bundles: OwnBundle[] = [];
  let builtCount = 0;
  for (const source of sources) {
    const product = `own/${source.name}`;
    const known = record.current(product, [source.entry]) as OwnBundle | undefined;
    if (known !== undefined) {
      bundles.push(known);
      continue;
    }
    const { bundleOwnFunction } = await import('./bundles/bundle-own-function.ts');
    const built = await bundleOwnFunction(source, { root: ROOT, outDir });
    record.remember(product, built, [source.entry]);
    bundles.push(built.result);
    builtCount += 1;
  }
  return { bundles, builtCount };
}

/** esbuild is loaded when there is something to build. */
async function bundle(names: readonly string[], outDir: string) {
  const { bundleFunctions } = await import('./bundles/bundle-functions.ts');
  return bundleFunctions(
    names.map((name) => ({ name, entry: join('functions', name, ENTRY) })),
    { root: ROOT, outDir },
  );
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
      .map((name) => `${name} has no budget in scripts/bundles/budgets.ts`),
    ...Object.keys(BUDGET_BYTES)
      .filter((name) => !names.includes(name))
      .map((name) => `functions/${name} is missing`),
  ];
  if (problems.length > 0) throw new Error(`cannot build: ${problems.join('; ')}`);
  return names;
}

async function storeOf(outDir: string, record: BuildRecord): Promise<number> {
  const sources = globSync(STORE_SOURCES, { cwd: ROOT }).toSorted();
  const known = record.current('express-session', sources);
  if (known !== undefined) return known as number;
  const { buildExpressSession } = await import('./build-express-session.ts');
  const { bytes, inputs, outputs } = await buildExpressSession(join(outDir, 'express-session'));
  record.remember('express-session', { result: bytes, inputs, outputs }, sources);
  record.save();
  return bytes;
}

async function clientOf(outDir: string, record: BuildRecord): Promise<ClientBundle> {
  const sources = globSync(CLIENT_SOURCES, { cwd: ROOT }).toSorted();
  const known = record.current('client', sources);
  if (known !== undefined) return known as ClientBundle;
  const folder = join(outDir, 'client');
  const { buildClient } = await import('./build-client.ts');
  const result = await buildClient(folder);
  const outputs = globSync('**/*.*', { cwd: folder }).map((path) => join(folder, path));
  record.remember('client', { result, inputs: [], outputs }, sources);
  record.save();
  return result;
}

function sizeTable(bundles: readonly Bundle[], own: readonly OwnBundle[]): string {
  const row = (...cells: readonly (string | number)[]) =>
    cells.map((cell, column) => (column === 0 ? String(cell).padEnd(20) : String(cell).padStart(12))).join('');
  return [
    row('function', 'bundle B', 'budget B', 'zip B'),
    ...bundles.map(({ name, bundleBytes, budgetBytes, zipBytes }) => row(name, bundleBytes, budgetBytes, zipBytes)),
    ...own.map(({ name, bundleBytes, zipBytes }) => row(`own/${name}`, bundleBytes, '', zipBytes)),
  ].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { out: { type: 'string', default: join(ROOT, 'dist') }, like: { type: 'string' } },
  });
  const outDir = resolve(values.out);
  mkdirSync(outDir, { recursive: true });
  const startMs = performance.now();
  const record = readBuildRecord(ROOT, outDir, values.like);
  const { bundles, own, builtCount } = await buildFunctions(outDir, record);
  console.log(sizeTable(bundles, own));
  const client = await clientOf(outDir, record);
  console.log(`client, gzipped: ${client.gzipBytes} B of ${client.budgetGzipBytes} B`);
  console.log(`store for express-session: ${await storeOf(outDir, record)} B`);
  const unchanged = `${bundles.length + own.length - builtCount} unchanged`;
  console.log(`built ${builtCount} functions, ${unchanged}, in ${Math.round(performance.now() - startMs)} ms`);
  const problems = bundles.flatMap(({ name, problems }) => problems.map((problem) => `${name} ${problem}`));
  if (client.gzipBytes > client.budgetGzipBytes) {
    problems.push(`the client is ${client.gzipBytes - client.budgetGzipBytes} B over its budget`);
  }
  for (const problem of problems) console.error(`cloakroom: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
