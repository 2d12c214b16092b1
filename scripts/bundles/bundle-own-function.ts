import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { OwnSource } from '@cloakroom/terraform/own-sources';
import { zipFiles } from '@cloakroom/terraform/zip-files';
import * as esbuild from 'esbuild';
import type { Built } from './build-record.ts';
import { OPTIONS } from './options.ts';

/** A bundle of the team's as it was written. It has no budget. */
export interface OwnBundle {
  readonly name: string;
  readonly bundleBytes: number;
  readonly zipBytes: number;
}

/**
 * Bundles a function of the team's into `<outDir>/own/<name>/index.mjs`, with its source map beside, and `<outDir>/own/<name>.zip`, which
 * holds index.mjs. Whatever it imports is in it, the AWS SDK too, whole: nothing is left out as it is of Cloakroom's own.
 *
 * @param folders absolute
 * @throws Error when its file is missing, does not compile, or exports no `handler`
 */
export async function bundleOwnFunction(
  { name, entry }: OwnSource,
  { root, outDir }: { readonly root: string; readonly outDir: string },
): Promise<Built<OwnBundle>> {
  if (!existsSync(join(root, entry))) throw new Error(`own function ${name}: ${entry} is missing`);
  const folder = join(outDir, 'own', name);
  const { metafile } = await esbuild.build({
    ...OPTIONS,
    mainFields: [...OPTIONS.mainFields],
    absWorkingDir: root,
    entryPoints: [{ in: entry, out: 'index' }],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
  });
  const written = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
  if (written?.exports.includes('handler') !== true) {
    throw new Error(
      `own function ${name}: ${entry} exports no handler; Lambda calls what it has as: export async function handler(event) { … }`,
    );
  }
  const file = join(folder, 'index.mjs');
  const zip = zipFiles({ 'index.mjs': readFileSync(file) });
  const zipFile = `${folder}.zip`;
  writeFileSync(zipFile, zip);
  return {
    result: { name, bundleBytes: written.bytes, zipBytes: zip.length },
    inputs: Object.keys(metafile.inputs)
      .filter((path) => !path.startsWith('('))
      .map((path) => resolve(root, path)),
    outputs: [file, `${file}.map`, zipFile],
  };
}
