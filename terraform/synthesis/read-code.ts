import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { unzipSync } from 'fflate';
import type { Code } from '../modules/lambda/lambda.ts';
import { zipFiles } from './zip-files.ts';

/** Where the zips of functions with files of an environment are, in the folder of cdk.tf.json. */
const PACKAGES = 'functions';

/** Text files by their names, which a function finds beside its code. */
export type PackageFiles = Readonly<Record<string, string>>;

interface Folders {
  readonly distDir: string;
  readonly outDir: string;
}

/**
 * The zip of a function as Terraform is to know it: its path relative to the folder of cdk.tf.json, and its hash. That is the
 * built one, or, with files of its environment added, one that is written to that folder.
 *
 * @throws Error when it has not been built
 */
export function readCode(name: string, files: PackageFiles, { distDir, outDir }: Folders): Code {
  const built = join(distDir, `${name}.zip`);
  if (!existsSync(built)) throw new Error(`${built} is missing: run scripts/build first`);
  const bytes = readFileSync(built);
  if (Object.keys(files).length === 0) return codeOf(built, bytes, outDir);
  const added = Object.entries(files).map(([file, text]) => [file, Buffer.from(text)]);
  const zip = zipFiles({ ...unzipSync(bytes), ...Object.fromEntries(added) });
  const path = join(outDir, PACKAGES, `${name}.zip`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, zip);
  return codeOf(path, zip, outDir);
}

function codeOf(zip: string, bytes: Uint8Array, outDir: string): Code {
  return {
    path: relative(outDir, zip).replaceAll(sep, '/'),
    sha256Base64: createHash('sha256').update(bytes).digest('base64'),
  };
}
