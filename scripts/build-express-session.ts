import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { writeNotices } from './express-session/notices.ts';
import { writeTypes } from './express-session/types.ts';

const ROOT = resolve(import.meta.dirname, '..');
const PACKAGE = join(ROOT, 'packages/express-session');
const ENTRIES = ['index', 'fastify', 'koa'] as const;
/** What an app has, or gets with the package; each is loaded only when it is needed. */
const EXTERNAL = ['express-session', '@aws-sdk/client-dynamodb', '@aws-sdk/credential-provider-node'];
/** What of it an app may do without: it needs the client only where it gives one. */
const OPTIONAL = /^@aws-sdk\/client-dynamodb$/;

/** The store as it was written. */
export interface StorePackage {
  /** Of all files together. */
  readonly bytes: number;
  /** Of the sources, as absolute paths. */
  readonly inputs: readonly string[];
  /** As absolute paths. */
  readonly outputs: readonly string[];
}

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node22',
  external: EXTERNAL,
  // A server's stack traces are read by people.
  minify: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
} as const satisfies esbuild.BuildOptions;

/**
 * Writes what of `packages/express-session` is published. Its code is CommonJS, in files that the three entries share; each has an
 * ES module beside it that hands on its exports. So both kinds of app load the same classes, in one process too, and `instanceof`
 * holds between them. The same with its types.
 *
 * @throws Error when it does not compile, or its types name what nobody gets
 */
export async function buildExpressSession(outDir: string): Promise<StorePackage> {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  const modules = mkdtempSync(join(tmpdir(), 'cloakroom-store-'));
  try {
    const { inputs, exports } = await writeModules(modules);
    const code = await writeCommonJs(modules, outDir);
    const wrappers = exports.map(([entry, names]) => writeWrapper(join(outDir, `${entry}.js`), entry, names));
    const types = writeTypes({ root: ROOT, packageDir: PACKAGE, entries: ENTRIES, outDir });
    const notices = writeNotices(inputs, join(outDir, 'THIRD-PARTY-NOTICES.txt'));
    const outputs = [...code, ...wrappers, ...types, ...notices];
    return { bytes: outputs.reduce((sum, file) => sum + statSync(file).size, 0), inputs, outputs };
  } finally {
    rmSync(modules, { recursive: true });
  }
}

/** Bundles the entries as ES modules, which is how esbuild shares code between them. */
async function writeModules(folder: string) {
  const { metafile } = await esbuild.build({
    ...COMMON,
    entryPoints: ENTRIES.map((name) => join(PACKAGE, `src/${name}.ts`)),
    outdir: folder,
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    // Packages that offer ES modules can be tree-shaken.
    mainFields: ['module', 'main'],
  });
  const exports = ENTRIES.map((name) => {
    const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith(`/${name}.js`))?.[1];
    return [name, output?.exports ?? []] as const;
  });
  return { inputs: Object.keys(metafile.inputs).map((path) => resolve(ROOT, path)), exports };
}

/** Writes each of those modules as CommonJS. An `import()` becomes a `require` too: test runners know no other in CommonJS. */
async function writeCommonJs(modules: string, outDir: string): Promise<string[]> {
  const { metafile } = await esbuild.build({
    ...COMMON,
    absWorkingDir: modules,
    entryPoints: [join(modules, '*.js')],
    outdir: outDir,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    supported: { 'dynamic-import': false },
    plugins: [siblings, optional],
  });
  return Object.keys(metafile.outputs).map((path) => resolve(modules, path));
}

const siblings: esbuild.Plugin = {
  name: 'siblings',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/.*\.js$/ }, ({ path }) => ({ path: path.replace(/js$/, 'cjs'), external: true }));
  },
};

/** An app's bundler fails on a package that is not there, unless it is required within a `try`: then it leaves it as it is. */
const optional: esbuild.Plugin = {
  name: 'optional',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: OPTIONAL }, ({ path, namespace }) =>
      namespace === 'optional' ? { path, external: true } : { path, namespace: 'optional' },
    );
    onLoad({ filter: OPTIONAL, namespace: 'optional' }, ({ path }) => ({
      contents: `try { module.exports = require('${path}'); } catch (error) { throw error; }`,
    }));
  },
};

function writeWrapper(file: string, entry: string, names: readonly string[]): string {
  const list = names.toSorted().join(', ');
  writeFileSync(file, `import code from './${entry}.cjs';\n\nexport const { ${list} } = code;\n`);
  return file;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, 'dist/express-session') } } });
  const { bytes } = await buildExpressSession(resolve(values.out));
  console.log(`built the store for express-session: ${bytes} B`);
}
