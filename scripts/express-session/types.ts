import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** What an app has anyway when it compiles against the package. */
const KNOWN = /^(?:express-session|node:[a-z_/]+)$/;
const SPECIFIER = /((?:\bfrom|\bimport)\s*\(?\s*)(['"])([^'"]+)\2/g;

interface TypesOptions {
  readonly root: string;
  readonly packageDir: string;
  /** Names of modules in its `src`. */
  readonly entries: readonly string[];
  readonly outDir: string;
}

/**
 * Writes the declarations of the entries, and of what they reach, as `.d.cts`, and a `.d.ts` for each entry that hands them on.
 * Answers what was written.
 *
 * @throws Error when the sources do not compile, or a declaration names a module that apps do not have
 */
export function writeTypes({ root, packageDir, entries, outDir }: TypesOptions): string[] {
  const emitted = mkdtempSync(join(tmpdir(), 'cloakroom-types-'));
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '-p', join(packageDir, 'tsconfig.build.json'), '--outDir', emitted], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const source = join(emitted, relative(join(root, 'packages'), packageDir), 'src');
    const declarations = reached(source, entries);
    return [
      ...[...declarations].map(([name, text]) => written(join(outDir, `${name}.d.cts`), text)),
      ...entries.map((name) => written(join(outDir, `${name}.d.ts`), `export * from './${name}.cjs';\n`)),
    ];
  } finally {
    rmSync(emitted, { recursive: true });
  }
}

function written(file: string, text: string): string {
  writeFileSync(file, text);
  return file;
}

/** The declarations that those modules need, by name, with their imports as CommonJS has them. */
function reached(folder: string, entries: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const open = [...entries];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    const of = name;
    const text = readFileSync(join(folder, `${of}.d.ts`), 'utf8');
    const rewritten = text.replace(SPECIFIER, (_, before: string, quote: string, specifier: string) => {
      if (!specifier.startsWith('./')) return `${before}${quote}${assertKnown(specifier, of)}${quote}`;
      const next = specifier.slice(2).replace(/\.ts$/, '');
      if (dirname(next) !== '.') throw new Error(`the types of ${of} are not flat: ${specifier}`);
      open.push(next);
      return `${before}${quote}./${next}.cjs${quote}`;
    });
    found.set(of, rewritten);
  }
  return found;
}

function assertKnown(specifier: string, of: string): string {
  if (KNOWN.test(specifier)) return specifier;
  throw new Error(`the published types of ${of} name ${specifier}, which an app does not have`);
}
