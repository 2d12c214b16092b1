import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '@cloakroom/core';
import * as v from 'valibot';

const adoptedSchema = v.array(
  v.strictObject({
    address: v.pipe(v.string(), v.regex(/^[a-z0-9_]+\.[A-Za-z0-9_]+$/, 'must be <type>.<name>')),
    id: v.pipe(
      v.string(),
      v.nonEmpty('must not be empty'),
      v.regex(/^[^$%]*$/, 'must be what `terraform import` takes, without $ or %'),
    ),
  }),
);

/** Something of AWS that was there before the stack: its address there, and the id that `terraform import` takes for it. */
export type Adopted = v.InferOutput<typeof adoptedSchema>[number];

/**
 * @param value what `adopted.json` holds
 * @throws ConfigurationError naming every problem with its path
 */
export function parseAdopted(value: unknown): readonly Adopted[] {
  const result = v.safeParse(adoptedSchema, value);
  if (!result.success) {
    throw new ConfigurationError(
      result.issues.map((issue) => `adopted.json: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`),
    );
  }
  const addresses = result.output.map(({ address }) => address);
  const twice = addresses.filter((address, index) => addresses.indexOf(address) !== index);
  if (twice.length > 0) throw new ConfigurationError(twice.map((address) => `adopted.json: ${address} is there twice`));
  return result.output;
}

/**
 * What `adopted.json` of an environment's folder names: nothing without the file.
 *
 * @throws ConfigurationError when the file is not as it must be
 */
export function readAdopted(folder: string): readonly Adopted[] {
  const file = fileIn(folder);
  if (!existsSync(file)) return [];
  return parseAdopted(parseJson(readFileSync(file, 'utf8')));
}

/** Writes `adopted.json` whole or not at all, sorted by address; removes it when there is nothing to name. */
export function writeAdopted(folder: string, adopted: readonly Adopted[]): void {
  const file = fileIn(folder);
  if (adopted.length === 0) {
    rmSync(file, { force: true });
    return;
  }
  const sorted = adopted.toSorted((one, other) => (one.address < other.address ? -1 : 1));
  writeFileSync(`${file}.new`, `${JSON.stringify(parseAdopted(sorted), null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

function fileIn(folder: string): string {
  return join(folder, 'adopted.json');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError([`adopted.json: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
