import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readBuildRecord } from './bundles/build-record.ts';

const ROOT = join(import.meta.dirname, '..');
/** Where bundles are built unless they are wanted elsewhere. */
const DIST = join(ROOT, 'dist');
/** All that a synthesized stack is made of, besides the options and the zips of the functions. */
const STACK_SOURCES = [
  'package.json',
  'scripts/synth.ts',
  'terraform/**/*.ts',
  'packages/{auth,core,sessions}/src/**/*.ts',
];

export interface ProductOptions {
  /** Of the bundles, and of cdk.tf.json. */
  readonly distDir: string;
  readonly stackDir: string;
  /** For `scripts/synth local`. */
  readonly overlay: readonly string[];
  readonly signal: AbortSignal;
  readonly say: (step: string, text: string) => void;
}

/** Builds the functions and synthesizes the stack, as far as their sources have changed. Returns the file of the stack. */
export async function makeProducts({ distDir, stackDir, overlay, signal, say }: ProductOptions): Promise<string> {
  say('build', `bundles the functions into ${shown(distDir)}`);
  const like = distDir === DIST ? [] : ['--like', DIST];
  await script(['build.ts', '--out', distDir, ...like], signal);
  const file = join(stackDir, 'cdk.tf.json');
  const args = ['synth.ts', 'local', '--out', stackDir, '--dist', distDir, ...overlay];
  const record = readBuildRecord(ROOT, stackDir);
  const sources = [
    ...globSync(STACK_SOURCES, { cwd: ROOT }),
    ...zipsIn(distDir).map((zip) => relative(ROOT, zip)),
  ].toSorted();
  // Loading what synthesizes takes longer than all the rest of a start.
  if (record.current(args.join(' '), sources) === undefined) {
    say('synth', `writes dev with its issuers and this machine's origins to ${shown(file)}`);
    await script(args, signal);
    record.remember(args.join(' '), { result: file, inputs: [], outputs: [file, ...zipsIn(stackDir)] }, sources);
    record.save();
  }
  return file;
}

function zipsIn(folder: string): readonly string[] {
  return globSync(['*.zip', '{functions,own}/*.zip'], { cwd: folder }).map((zip) => join(folder, zip));
}

export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

/** Runs another script of this folder quietly; what it printed is shown when it fails. */
function script([file = '', ...args]: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const flags = ['--disable-warning=ExperimentalWarning', join(ROOT, 'scripts', file)];
    const child = spawn(process.execPath, [...flags, ...args], { stdio: ['ignore', 'pipe', 'pipe'], signal });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.once('error', fail);
    child.once('close', (code) => (code === 0 ? done() : fail(new Error(`${file} failed:\n${output.trimEnd()}`))));
  });
}
