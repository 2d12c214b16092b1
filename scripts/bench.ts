import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { PARTS } from '../bench/parts/index.ts';
import { type BenchOptions, parseBenchOptions } from './bench-options.ts';
import type { Part, PartResult } from './bench-part.ts';
import { markdownOf, textOf } from './bench-table.ts';
import { buildFunctions } from './build.ts';

const ROOT = resolve(import.meta.dirname, '..');

const progress = (line: string) => console.error(`bench: ${line}`);

async function main(): Promise<void> {
  const options = parseBenchOptions(process.argv.slice(2), Object.keys(PARTS));
  progress('building what is measured');
  await buildFunctions(join(ROOT, 'dist'));
  const results: PartResult[] = [];
  for (const load of options.letters.map((letter) => PARTS[letter])) {
    if (load !== undefined) results.push(...(await runPart(await load(), options)));
  }
  console.log(options.isMarkdown ? markdownOf(results) : textOf(results));
  writeJson(results, options);
}

/** Nothing, where a part failed: the others' figures are worth having all the same. */
async function runPart(part: Part, { rounds, isQuick }: BenchOptions): Promise<readonly PartResult[]> {
  const { letter, title, measures } = part;
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-bench-'));
  const context = { rounds, isQuick, folder, progress: (line: string) => progress(`(${letter}) ${line}`) };
  try {
    return [{ letter, title, measures, rows: await part.run(context) }];
  } catch (error) {
    console.error(`cloakroom: part (${letter}) failed: ${error instanceof Error ? error.stack : String(error)}`);
    process.exitCode = 1;
    return [];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The table, and what it depends on besides. */
function writeJson(parts: readonly PartResult[], { jsonFile, rounds, isQuick }: BenchOptions): void {
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model,
    cpus: availableParallelism(),
    loadAverages: loadavg(),
  };
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const report = { at: new Date().toISOString(), commit, machine, rounds, isQuick, parts };
  mkdirSync(dirname(resolve(ROOT, jsonFile)), { recursive: true });
  writeFileSync(resolve(ROOT, jsonFile), `${JSON.stringify(report, undefined, 2)}\n`);
  progress(`the figures are in ${jsonFile}`);
}

await main().catch((error: unknown) => {
  console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
