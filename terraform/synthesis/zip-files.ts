import { zipSync } from 'fflate';

/**
 * A zip of files by their names, in that order. The same files give the same bytes, on any day and in any time zone: the hash
 * of a zip decides whether Terraform publishes a new version.
 */
export function zipFiles(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  // Zip times are local times: this one has the same bytes in every time zone. Attributes: a regular file, rw-r--r--.
  const options = { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 } as const;
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, [bytes, options]])));
}
