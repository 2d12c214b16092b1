import { ConfigurationError } from '@cloakroom/core';
import * as v from 'valibot';
import { readDecided, writeDecided } from './decided-file.ts';

const FILE = 'adopted.json';

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
  return parseAdopted(readDecided(folder, FILE, []));
}

/** Writes `adopted.json` whole or not at all, sorted by address; removes it when there is nothing to name. */
export function writeAdopted(folder: string, adopted: readonly Adopted[]): void {
  const sorted = adopted.toSorted((one, other) => (one.address < other.address ? -1 : 1));
  writeDecided(folder, FILE, sorted.length === 0 ? undefined : parseAdopted(sorted));
}
