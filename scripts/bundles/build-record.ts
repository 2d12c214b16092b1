import { hash } from 'node:crypto';
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  /** Below the root. */
  readonly inputs: readonly string[];
  /** Below the folder of the record. */
  readonly outputs: readonly string[];
  /** Of the contents of those files, the sources and the recipe. */
  readonly digest: string;
}

/**
 * What cannot be read counts as changed, and is built.
 *
 * @param likeDir the folder of other builds: what is current there, but not in `outDir`, is copied, instead of being built again
 */
export function readBuildRecord(root: string, outDir: string, likeDir?: string): BuildRecord {
  const file = join(outDir, FILE);
  const entries = readEntries(file);
  const others = likeDir === undefined ? undefined : readEntries(join(likeDir, FILE));
  const fileHashes = new Map<string, string>();
  const recipe = globSync(RECIPE, { cwd: root }).toSorted();

  function hashOf(path: string): string {
    const known = fileHashes.get(path) ?? hashFile(path);
    fileHashes.set(path, known);
    return known;
  }
  function digestOf({ inputs, outputs }: Pick<Entry, 'inputs' | 'outputs'>, sources: readonly string[]): string {
    const read = [...recipe, ...sources, ...inputs].map((path) => `${path} ${hashOf(join(root, path))}`);
    const made = outputs.map((path) => `${path} ${hashOf(join(outDir, path))}`);
    return hash('sha256', [process.version, ...read, ...made].join('\n'));
  }
  function isCurrent(entry: Entry | undefined, sources: readonly string[]): entry is Entry {
    return entry !== undefined && entry.digest === digestOf(entry, sources);
  }
  /** The copy is what is judged: whoever is building there meanwhile does no harm. */
  function copyOf(name: string, sources: readonly string[]): Entry | undefined {
    const entry = others?.get(name);
    if (likeDir === undefined || entry === undefined) return undefined;
    for (const path of entry.outputs) {
      const copy = join(outDir, path);
      mkdirSync(dirname(copy), { recursive: true });
      if (existsSync(join(likeDir, path))) copyFileSync(join(likeDir, path), copy);
      fileHashes.delete(copy);
    }
    if (!isCurrent(entry, sources)) return undefined;
    entries.set(name, entry);
    return entry;
  }
  return {
    current(name, sources = []) {
      const entry = entries.get(name);
      return (isCurrent(entry, sources) ? entry : copyOf(name, sources))?.result;
    },
    remember(name, { result, inputs, outputs }, sources = []) {
      for (const path of outputs) fileHashes.delete(path);
      const read = new Set([...inputs, ...inputs.flatMap(manifestOf)]);
      const files = {
        inputs: [...read].map((path) => relative(root, path)),
        outputs: outputs.map((path) => relative(outDir, path)),
      };
      entries.set(name, { result, ...files, digest: digestOf(files, sources) });
    },
    save: () => writeFileSync(file, formatEntries(entries)),
  };
}

/** Most files are inputs of many products: each path is written once. */
interface Stored {
  readonly paths: readonly string[];
  readonly products: Readonly<Record<string, Omit<Entry, 'inputs'> & { readonly inputs: readonly number[] }>>;
}

function formatEntries(entries: ReadonlyMap<string, Entry>): string {
  const paths = [...new Set([...entries.values()].flatMap(({ inputs }) => inputs))];
  const places = new Map(paths.map((path, place) => [path, place]));
  const products = [...entries].map(([name, entry]) => [
    name,
    { ...entry, inputs: entry.inputs.map((path) => places.get(path)) },
  ]);
  return `${JSON.stringify({ paths, products: Object.fromEntries(products) })}\n`;
}

function readEntries(file: string): Map<string, Entry> {
  try {
    const { paths, products } = JSON.parse(readFileSync(file, 'utf8')) as Stored;
    const entries = Object.entries(products).map(([name, entry]): [string, Entry] => [
      name,
      { ...entry, inputs: entry.inputs.map((place) => paths[place] ?? '') },
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
