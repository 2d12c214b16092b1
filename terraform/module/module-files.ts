import { createHash } from 'node:crypto';
import type { Environment } from '../environments/environment.ts';
import { type PackageFiles, readPackage, sha256Base64 } from '../synthesis/read-code.ts';
import { cloakroomVersion } from '../synthesis/synthesize.ts';
import { moduleDocument } from './module-document.ts';
import { readme } from './readme.ts';

/** In the folder of a module. */
const BUNDLES = 'bundles';

/** The contents of files, by their path in the folder of a module. */
export type ModuleFiles = Readonly<Record<string, string | Uint8Array>>;

export interface ModuleOptions {
  /** Where `<function>.zip` is. */
  readonly distDir: string;
  /** Whether issuers are in the zips even where they could be a variable: there may be hundreds of them. Default: no */
  readonly issuersInZip?: boolean;
}

/**
 * All files of an environment's module. The same environment and the same bundles give the same bytes.
 *
 * @throws Error when a function is not built
 */
export function moduleFiles(environment: Environment, { distDir, issuersInZip = false }: ModuleOptions): ModuleFiles {
  const bundles: Record<string, Uint8Array> = {};
  const code = (name: string, files: PackageFiles) => {
    const zip = readPackage(name, files, distDir);
    const path = `${BUNDLES}/${name}.zip`;
    bundles[path] = zip;
    return { path: `\${path.module}/${path}`, sha256Base64: sha256Base64(zip) };
  };
  const module = moduleDocument(environment, { code, issuersInZip });
  const { terraform, variable, output, locals, data, resource } = module;
  const version = cloakroomVersion();
  const files = {
    'README.md': readme(module, { version, environment }),
    VERSION: `cloakroom ${version}\n`,
    ...bundles,
    'main.tf.json': json({ locals, ...(Object.keys(data).length === 0 ? {} : { data }), resource }),
    'outputs.tf.json': json({ output }),
    'variables.tf.json': json({ variable }),
    'versions.tf.json': json({ terraform }),
  };
  return { ...files, [SUMS]: sums(files) };
}

/** The file that tells of all others what is in them, as `sha256sum -c` reads it. */
export const SUMS = 'SHA256SUMS';

function sums(files: ModuleFiles): string {
  const lines = Object.entries(files).map(
    ([path, content]) => `${createHash('sha256').update(content).digest('hex')}  ${path}\n`,
  );
  return lines.toSorted().join('');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
