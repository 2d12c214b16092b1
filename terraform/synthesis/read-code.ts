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
  const zip = readPackage(name, files, distDir);
  if (Object.keys(files).length === 0) return codeOf(builtIn(distDir, name), zip, outDir);
  const path = join(outDir, PACKAGES, `${name}.zip`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, zip);
  return codeOf(path, zip, outDir);
}

/**
 * The zip of a function: the built one, with files added.
 *
 * @throws Error when it has not been built
 */
export function readPackage(name: string, files: PackageFiles, distDir: string): Uint8Array {
  const built = builtIn(distDir, name);
  if (!existsSync(built)) throw new Error(`${built} is missing: run scripts/build first`);
  const bytes = readFileSync(built);
  if (Object.keys(files).length === 0) return bytes;
  const added = Object.entries(files).map(([file, text]) => [file, Buffer.from(text)]);
  return zipFiles({ ...unzipSync(bytes), ...Object.fromEntries(added) });
}

function builtIn(distDir: string, name: string): string {
  return join(distDir, `${name}.zip`);
}

function codeOf(zip: string, bytes: Uint8Array, outDir: string): Code {
  return { path: relative(outDir, zip).replaceAll(sep, '/'), sha256Base64: sha256Base64(bytes) };
}

/** As Lambda reports the hash of a zip. */
export function sha256Base64(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
