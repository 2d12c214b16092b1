import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { zipFiles } from '@cloakroom/terraform/zip-files';
import * as esbuild from 'esbuild';
import { BUDGET_BYTES, CARRIERS } from './budgets.ts';
import type { Built } from './build-record.ts';
import { checkBundle, isLoadedBy, reachable } from './check-bundle.ts';
import { leaveOut } from './left-out.ts';
import { loadOwnFiles, OWN_FILES } from './own-files.ts';
import { requireBuiltins } from './require-builtins.ts';

/**
 * Chosen by cold starts of the authorizer: CPU time of process start to first answer, as multiples of that of an empty module, medians
 * of 15 interleaved rounds. As chosen: 4.2; docs/performance.md tells more.
 */
const OPTIONS = {
  bundle: true,
  // Not minified 4.3, and two and a half times the bytes.
  minify: true,
  // CommonJS 4.1: no more than 3 % less, and the runtime's client has loaded Node's ES modules already.
  format: 'esm',
  platform: 'node',
  // `es2022` 4.36: what is newer would be rewritten.
  target: 'node24',
  // Packages that offer ES modules can be tree-shaken; esbuild's default for Node would take their CommonJS: 5.75, and 212 KB more.
  mainFields: ['module', 'main'],
  // What CommonJS packages need inside an ES module.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  // A comment that Node does not follow unless it is told to (`--enable-source-maps`, 5.17).
  sourcemap: 'linked',
  legalComments: 'none',
  // `keepNames` would cost 4.7: errors carry their names as literals instead.
  keepNames: false,
  // ES imports of Node's own modules: 4.85.
  plugins: [leaveOut, requireBuiltins],
  metafile: true,
  logLevel: 'warning',
} as const satisfies esbuild.BuildOptions;

/** A bundle as it was written. */
export interface Bundle {
  readonly name: string;
  readonly bundleBytes: number;
  readonly zipBytes: number;
  readonly budgetBytes: number;
  /** What is wrong with it, a sentence for each. */
  readonly problems: readonly string[];
}

interface Source {
  readonly name: string;
  /** Its first source, below the root. */
  readonly entry: string;
}
/** Absolute paths. */
interface Folders {
  readonly root: string;
  readonly outDir: string;
}

/**
 * Bundles functions, each into `<outDir>/<name>/index.mjs`, with its source map beside, and `<outDir>/<name>.zip`, which holds index.mjs
 * and the files of `OWN_FILES` that it may load. The same sources give the same bytes, on any day, in any folder and in any time zone,
 * whichever others are built with them.
 *
 * @throws Error when one does not compile
 */
export async function bundleFunctions(
  functions: readonly Source[],
  folders: Folders,
): Promise<readonly Built<Bundle>[]> {
  // One run for all: what they share is parsed once.
  const { metafile } = await esbuild.build({
    ...OPTIONS,
    mainFields: [...OPTIONS.mainFields],
    plugins: [loadOwnFiles(folders.root), ...OPTIONS.plugins],
    absWorkingDir: folders.root,
    entryPoints: [
      ...functions.map(({ name, entry }) => ({ in: entry, out: join(name, 'index') })),
      ...Object.entries(OWN_FILES).map(([file, { source }]) => ({ in: source, out: file.replace(/\.mjs$/, '') })),
    ],
    outdir: folders.outDir,
    outExtension: { '.js': '.mjs' },
  });
  return functions.map((source) => finish(source, folders, metafile));
}

/** Lays the files beside a bundle that it may load, zips them together, and checks it. */
function finish({ name, entry }: Source, { root, outDir }: Folders, metafile: esbuild.Metafile): Built<Bundle> {
  const folder = join(outDir, name);
  const beside = Object.keys(OWN_FILES).filter((file) => isLoadedBy(metafile, entry, file));
  for (const file of beside) copyFileSync(join(outDir, file), join(folder, file));
  const files = ['index.mjs', ...beside];
  const zip = zipFiles(Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file))])));
  const zipFile = join(outDir, `${name}.zip`);
  writeFileSync(zipFile, zip);
  const budgetBytes = BUDGET_BYTES[name] ?? 0;
  const { bytes, problems } = checkBundle(metafile, entry, { budgetBytes, forbidden: forbiddenIn(name) });
  const sources = [entry, ...beside.flatMap((file) => OWN_FILES[file]?.source ?? [])];
  const inputs = new Set(sources.flatMap((source) => [...reachable(metafile, source).keys()].filter(isFile)));
  return {
    result: { name, bundleBytes: bytes, zipBytes: zip.length, budgetBytes, problems },
    inputs: [...inputs].map((path) => resolve(root, path)),
    outputs: [...files.map((file) => join(folder, file)), join(folder, 'index.mjs.map'), zipFile],
  };
}

function forbiddenIn(name: string): readonly string[] {
  return Object.keys(CARRIERS).filter((module) => CARRIERS[module]?.includes(name) !== true);
}

/** What plugins make up has a namespace before its name. */
function isFile(input: string): boolean {
  return !/^[a-z-]+:/.test(input);
}
