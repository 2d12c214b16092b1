import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { assertDeployable } from '../environments/assert-deployable.ts';
import { parseEnvironment } from '../environments/environment.ts';
import { type ModuleOptions, moduleFiles, SUMS } from './module-files.ts';

/**
 * Writes an environment as a module of Terraform to a folder: a new or an empty one, or one that was written before, whose files go.
 *
 * @param value the environment
 * @throws ConfigurationError when the environment is not valid, or not fit to be deployed
 * @throws Error              when a function is not built, or the folder holds something else
 */
export function writeModule(value: unknown, { outDir, ...options }: ModuleOptions & { readonly outDir: string }): void {
  const environment = parseEnvironment(value);
  assertDeployable(environment);
  const folder = resolve(outDir);
  const before = writtenTo(folder);
  const files = moduleFiles(environment, options);
  for (const path of before) rmSync(join(folder, path), { force: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** The files of the module that is in a folder. @throws Error when something else is */
function writtenTo(folder: string): readonly string[] {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return [];
  const sums = join(folder, SUMS);
  const listed = existsSync(sums) ? readFileSync(sums, 'utf8').trimEnd().split('\n') : [];
  const paths = listed.map((line) => /^[0-9a-f]{64} {2}((?:bundles\/(?:own\/)?)?[A-Za-z][\w.-]*)$/.exec(line)?.[1]);
  if (paths.length === 0 || !paths.includes('VERSION') || paths.includes(undefined))
    throw new Error(
      `${folder} is not empty, and holds no module that was written here: name another folder, or empty it`,
    );
  return [...paths.filter((path) => path !== undefined), SUMS];
}
