import type { Metafile } from 'esbuild';

/** What a bundle must keep to. */
export interface BundleRules {
  readonly budgetBytes: number;
  /** Modules that it must not contain; a name that ends in `*` stands for all that begin so. */
  readonly forbidden: readonly string[];
}

/** A bundle as it is found. */
interface Finding {
  readonly bytes: number;
  /** What is wrong with it, a sentence for each. */
  readonly problems: readonly string[];
}

/**
 * Holds a bundle to its rules; `entry` is the path of its first source. Only the bundle itself counts: what it loads by `import()` from
 * a file beside it costs a cold start nothing.
 */
export function checkBundle(metafile: Metafile, entry: string, rules: BundleRules): Finding {
  const { bytes, inputs, imports } = outputOf(metafile, entry);
  const carried = Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0);
  const modules = rules.forbidden.flatMap((pattern) => {
    const path = carried.find((input) => isMatch(moduleNames(input), pattern));
    if (path === undefined) return [];
    return [`must not contain ${pattern}: ${importChain(metafile, entry, path).map(shownModule).join(' → ')}`];
  });
  const builtins = imports.filter(({ kind, path }) => kind !== 'require-call' && path.startsWith('node:'));
  const problems = [
    ...modules,
    ...builtins.map(({ path }) => `imports ${path}, which reads its every export: it must be required`),
  ];
  if (bytes > rules.budgetBytes) {
    problems.unshift(`is ${bytes} B, ${bytes - rules.budgetBytes} B over its budget of ${rules.budgetBytes} B`);
  }
  return { bytes, problems };
}

/** Whether the bundle of an entry may load a file beside it. */
export function isLoadedBy(metafile: Metafile, entry: string, file: string): boolean {
  return outputOf(metafile, entry).imports.some(({ path }) => path === `./${file}`);
}

function outputOf({ outputs }: Metafile, entry: string): Metafile['outputs'][string] {
  const found = Object.values(outputs).find(({ entryPoint }) => entryPoint === entry);
  if (found === undefined) throw new Error(`esbuild wrote nothing for ${entry}`);
  return found;
}

function isMatch(names: readonly string[], pattern: string): boolean {
  const stem = pattern.replace(/\*$/, '');
  return names.some((name) => (stem === pattern ? name === pattern : name.startsWith(stem)));
}

/** Its package, and the part of its package: `@smithy/core` and `@smithy/core/event-streams`. */
function moduleNames(input: string): readonly string[] {
  const builtin = /^node:([^?]+)/.exec(input);
  if (builtin !== null) return [`node:${builtin[1]}`];
  const [, name = ''] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
  if (name !== '') return [name, ...(submoduleOf(input) === '' ? [] : [`${name}/${submoduleOf(input)}`])];
  const [, ours = ''] = /^packages\/([^/]+)\//.exec(input) ?? [];
  return ours === '' ? [] : [`@cloakroom/${ours}`];
}

function submoduleOf(input: string): string {
  return /\/submodules\/([^/]+)\//.exec(input)?.[1] ?? '';
}

/** All sources that an entry imports, over any number of others, each with the one that asked for it first; the entry itself with none. */
export function reachable({ inputs }: Metafile, entry: string): ReadonlyMap<string, string | undefined> {
  const importers = new Map<string, string | undefined>([[entry, undefined]]);
  // A map is walked in the order of its entries, those added on the way included: the nearest come first.
  for (const path of importers.keys()) {
    for (const { path: next, external } of inputs[path]?.imports ?? []) {
      if (external !== true && !importers.has(next)) importers.set(next, path);
    }
  }
  return importers;
}

/** The shortest way by which the entry comes to import a source, both included. */
function importChain(metafile: Metafile, entry: string, source: string): readonly string[] {
  const importers = reachable(metafile, entry);
  const chain = [source];
  for (let at = importers.get(source); at !== undefined; at = importers.get(at)) chain.unshift(at);
  return chain;
}

/** Without the folders of the package manager, which say nothing. */
function shownModule(input: string): string {
  return input.replace(/.*node_modules\//, '').replace(/\?.*$/, '');
}
