import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '@cloakroom/core';
import { writeWhole } from './whole-file.ts';

/**
 * What is decided while a stack runs stands in JSON beside its environment: `adopted.json`, `pinned.json`, `tables.json`.
 *
 * @param folder of the environment
 * @param name   of the file
 * @param none   what is returned where nothing was decided
 * @throws ConfigurationError when the file holds no JSON
 */
export function readDecided(folder: string, name: string, none: object): unknown {
  const file = join(folder, name);
  if (!existsSync(file)) return none;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ConfigurationError([`${name}: is no JSON`], { cause });
  }
}

/** Writes it. Without a value there is no file. */
export function writeDecided(folder: string, name: string, value: object | undefined): void {
  const file = join(folder, name);
  if (value === undefined) rmSync(file, { force: true });
  else writeWhole(file, value);
}
