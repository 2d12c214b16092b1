/** JSON text by top-level key of a session. */
export type Keys = ReadonlyMap<string, string>;

/** Which keys are to have what text, and which are to go (undefined). */
export type KeyChanges = ReadonlyMap<string, string | undefined>;

/** What makes `to` of `from`. */
export function changesBetween(from: Keys, to: Keys): KeyChanges {
  const set = [...to].filter(([key, text]) => from.get(key) !== text);
  const gone = [...from.keys()].filter((key) => !to.has(key));
  return new Map<string, string | undefined>([...gone.map((key) => [key, undefined] as const), ...set]);
}

/**
 * How many keys one update may change: DynamoDB takes 300 operators and 4 KB in an expression, of which a key needs one and at most
 * 14 characters.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
const MAX_CHANGES = 200;

/** The changes in parts of at most {@link MAX_CHANGES}, removals first; one empty part of none. */
export function inParts(changes: KeyChanges): readonly KeyChanges[] {
  const all = [...changes];
  const count = Math.max(1, Math.ceil(all.length / MAX_CHANGES));
  return Array.from({ length: count }, (_, part) => new Map(all.slice(part * MAX_CHANGES, (part + 1) * MAX_CHANGES)));
}
