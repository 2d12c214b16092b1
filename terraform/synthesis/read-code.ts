import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Code } from '../modules/lambda/lambda.ts';

/**
 * The zip of a function as Terraform is to know it: its path relative to the folder of cdk.tf.json, and its hash.
 *
 * @throws Error when it has not been built
 */
export function readCode(name: string, { distDir, outDir }: { distDir: string; outDir: string }): Code {
  const zip = join(distDir, `${name}.zip`);
  if (!existsSync(zip)) throw new Error(`${zip} is missing: run scripts/build first`);
  return {
    path: relative(outDir, zip).replaceAll(sep, '/'),
    sha256Base64: createHash('sha256').update(readFileSync(zip)).digest('base64'),
  };
}
