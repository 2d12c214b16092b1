import { renameSync, writeFileSync } from 'node:fs';

/** Writes a value as JSON, all at once, so that a process that is ended leaves the old file or the new: `mode` is of a new file, by default for all to read. */
export function writeWhole(file: string, value: object, mode = 0o666): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode });
  renameSync(`${file}.new`, file);
}
