import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';

const ROOT = resolve(import.meta.dirname, '..');
const PACKAGE = join(ROOT, 'packages/client');
/** What browsers load before they show anything. */
const BUDGET_GZIP_BYTES = 4096;

/** The client as it was written. */
export interface ClientBundle {
  readonly gzipBytes: number;
  readonly budgetGzipBytes: number;
}

/**
 * Writes what of `packages/client` is published: `index.js`, one minified ES module for browsers since 2022, and its types.
 *
 * @throws Error when it does not compile
 */
export async function buildClient(outDir: string): Promise<ClientBundle> {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  const file = join(outDir, 'index.js');
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: [join(PACKAGE, 'src/index.ts')],
    outfile: file,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(PACKAGE, 'tsconfig.build.json'), '--outDir', outDir], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return { gzipBytes: gzipSync(readFileSync(file), { level: 9 }).length, budgetGzipBytes: BUDGET_GZIP_BYTES };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, 'dist/client') } } });
  const { gzipBytes, budgetGzipBytes } = await buildClient(resolve(values.out));
  console.log(`built the client: ${gzipBytes} B gzipped, of ${budgetGzipBytes} B`);
  if (gzipBytes > budgetGzipBytes) process.exitCode = 1;
}
