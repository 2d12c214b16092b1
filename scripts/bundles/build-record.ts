import { hash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const FILE = 'build.json';
/** Of everything that a build depends on besides the files it reads: the programs, their options, and how packages are found. */
const RECIPE = ['scripts/build*.ts', 'scripts/bundles/*.ts', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'tsconfig*.json'];

/** What was built of what, as absolute paths, and what is to be said about it. */
export interface Built<T> {
  readonly result: T;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** What the last builds into a folder were made of. Kept in that folder, as `build.json`. */
export interface BuildRecord {
  /**
   * What was said about a product when it was built, if building it again would give the same files and those are still there, byte
   * for byte: no input, no option and no program has changed. Undefined if not, or if it was never built. `sources` are files that
   * count though the build does not name them.
   */
  current(name: string, sources?: readonly string[]): unknown;
  /** Notes a product that was built just now. */
  remember(name: string, built: Built<unknown>, sources?: readonly string[]): void;
  save(): void;
}

interface Entry {
  readonly result: unknown;
  /** Inputs and outputs, below the root. */
  readonly files: readonly string[];
  /** Of the contents of those files, the sources and the recipe. */
  readonly digest: string;
}

/** What cannot be read counts as changed, and is built. */
export function readBuildRecord(root: string, outDir: string): BuildRecord {
  const file = join(outDir, FILE);
  const entries = readEntries(file);
  const fileHashes = new Map<string, string>();
  const recipe = globSync(RECIPE, { cwd: root }).toSorted();

  function hashOf(path: string): string {
    const known = fileHashes.get(path) ?? hashFile(join(root, path));
    fileHashes.set(path, known);
    return known;
  }
  function digestOf(files: readonly string[], sources: readonly string[]): string {
    const all = [...recipe, ...sources, ...files];
    return hash('sha256', [process.version, ...all.map((path) => `${path} ${hashOf(path)}`)].join('\n'));
  }
  return {
    current(name, sources = []) {
      const entry = entries.get(name);
      return entry?.digest === digestOf(entry?.files ?? [], sources) ? entry?.result : undefined;
    },
    remember(name, { result, inputs, outputs }, sources = []) {
      const made = outputs.map((path) => relative(root, path));
      for (const path of made) fileHashes.delete(path);
      const read = new Set([...inputs, ...inputs.flatMap(manifestOf)].map((path) => relative(root, path)));
      const files = [...read, ...made];
      entries.set(name, { result, files, digest: digestOf(files, sources) });
    },
    save: () => writeFileSync(file, formatEntries(entries)),
  };
}

/** Most files are of many products: each path is written once. */
interface Stored {
  readonly paths: readonly string[];
  readonly products: Readonly<Record<string, Omit<Entry, 'files'> & { readonly files: readonly number[] }>>;
}

function formatEntries(entries: ReadonlyMap<string, Entry>): string {
  const paths = [...new Set([...entries.values()].flatMap(({ files }) => files))];
  const places = new Map(paths.map((path, place) => [path, place]));
  const products = [...entries].map(([name, entry]) => [
    name,
    { ...entry, files: entry.files.map((path) => places.get(path)) },
  ]);
  return `${JSON.stringify({ paths, products: Object.fromEntries(products) })}\n`;
}

function readEntries(file: string): Map<string, Entry> {
  try {
    const { paths, products } = JSON.parse(readFileSync(file, 'utf8')) as Stored;
    const entries = Object.entries(products).map(([name, entry]): [string, Entry] => [
      name,
      { ...entry, files: entry.files.map((place) => paths[place] ?? '') },
    ]);
    return new Map(entries);
  } catch {
    return new Map();
  }
}

function hashFile(path: string): string {
  try {
    return hash('sha256', readFileSync(path));
  } catch {
    return 'missing';
  }
}

/** The package.json that says how a file is to be read: a list of one, or of none. */
function manifestOf(path: string): readonly string[] {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) return [manifest];
  }
  return [];
}
