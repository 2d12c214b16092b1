import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE_FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/**
 * Writes the licences of the packages that a bundle was made of, as they demand; nothing when there are none. Answers what was written.
 *
 * @throws Error when a package has no licence that could be written
 */
export function writeNotices(inputs: readonly string[], file: string): string[] {
  const folders = new Set(inputs.map((path) => PACKAGE_FOLDER.exec(path)?.[0] ?? ''));
  folders.delete('');
  if (folders.size === 0) return [];
  const notices = [...folders].map(noticeOf).toSorted();
  writeFileSync(file, notices.join(`\n${'-'.repeat(80)}\n\n`));
  return [file];
}

function noticeOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const [licence] = globSync('{LICENSE,LICENCE}*', { cwd: folder });
  if (licence === undefined) throw new Error(`${name} ${version} has no licence file`);
  return `${name} ${version}\n\n${readFileSync(join(folder, licence), 'utf8').trim()}\n`;
}
