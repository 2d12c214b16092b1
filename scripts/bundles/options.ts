import type { BuildOptions } from 'esbuild';

/**
 * Chosen by cold starts of the authorizer: CPU time of process start to first answer, as multiples of that of an empty module, medians
 * of 15 interleaved rounds. As chosen: 4.2; docs/performance.md tells more.
 */
export const OPTIONS = {
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
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;
