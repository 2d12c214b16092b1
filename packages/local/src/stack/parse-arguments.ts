import * as v from 'valibot';
import { StackError } from '../base/errors.ts';
import { COMPUTED_ATTRIBUTES } from './local-values.ts';
import type { ResolvedResource } from './resolved-stack.ts';

const UNKNOWN_ARGUMENT =
  'is not understood here, and AWS might act on it: leave it out, or teach packages/local what it does';

type Schema = v.GenericSchema & { readonly entries: v.ObjectEntries };
const anything = v.optional(v.unknown());

/** Entries for arguments that may be given though nothing here reads them: on one machine nobody would notice what they do. */
export function harmless<N extends string>(...names: readonly N[]): Record<N, typeof anything> {
  return Object.fromEntries(names.map((name) => [name, anything])) as Record<N, typeof anything>;
}

/** A block that may be written as an object, as a list, or not at all. */
export function blocksOf<S extends v.GenericSchema>(schema: S) {
  return v.optional(v.pipe(v.unknown(), v.transform(blocks), v.array(schema)), []);
}

/**
 * Reads the arguments of a resource. With a strict schema, one that the schema does not name is refused: what is ignored
 * here would behave otherwise on AWS. Computed attributes need not be named.
 *
 * @throws StackError with the path of the argument
 */
export function parseArguments<S extends Schema>(
  { type, address, attributes }: ResolvedResource,
  schema: S,
): v.InferOutput<S> {
  const unread = (COMPUTED_ATTRIBUTES[type] ?? []).filter((name) => !Object.hasOwn(schema.entries, name));
  const given = Object.entries(attributes).filter(([name]) => !unread.includes(name));
  const result = v.safeParse(schema, Object.fromEntries(given));
  if (result.success) return result.output;
  const issue = result.issues.find(isUnknownArgument) ?? result.issues[0];
  const path = `resource.${address}.${v.getDotPath(issue) ?? ''}`;
  throw new StackError(path, isUnknownArgument(issue) ? UNKNOWN_ARGUMENT : issue.message);
}

function isUnknownArgument({ type, expected }: v.BaseIssue<unknown>): boolean {
  return type === 'strict_object' && expected === 'never';
}

/**
 * The blocks of an argument as a list: in Terraform's JSON a single block may be an object or a list of one,
 * repeated ones are a list, an absent one is missing.
 */
function blocks(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as Record<string, unknown>];
}
