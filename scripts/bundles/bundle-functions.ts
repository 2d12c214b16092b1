import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { zipFiles } from '@cloakroom/terraform/zip-files';
import * as esbuild from 'esbuild';
import { BUDGET_BYTES, CARRIERS } from './budgets.ts';
import type { Built } from './build-record.ts';
import { checkBundle, isLoadedBy, reachable } from './check-bundle.ts';
import { leaveOut } from './left-out.ts';
import { OPTIONS } from './options.ts';
import { loadOwnFiles, OWN_FILES } from './own-files.ts';
import { requireBuiltins } from './require-builtins.ts';

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
    // The SDK asks of every body whether it is one of these, and the question alone makes Node load them (2.4 ms). Ours are texts.
    define: { ReadableStream: 'undefined' },
    // ES imports of Node's own modules: 4.85, as in options.ts.
    plugins: [loadOwnFiles(folders.root), leaveOut, requireBuiltins],
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
