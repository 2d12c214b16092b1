import { ConfigurationError } from '@cloakroom/core';
import * as v from 'valibot';
import { readDecided, writeDecided } from './decided-file.ts';

const FILE = 'pinned.json';
const PINNED = 'pinned since ';

const version = v.pipe(v.string(), v.regex(/^[1-9]\d*$/, 'must be the number of a version, as text: "41"'));
const weight = v.pipe(
  v.number('must be a number between 0 and 1'),
  v.check((share) => share > 0 && share < 1, 'must be between 0 and 1: 0.1 is one invocation of ten'),
);

const pinSchema = v.pipe(
  v.strictObject({
    /** What `live` stands for. */
    version,
    /** Which version takes a share of the invocations beside it, while a new one is tried. */
    next: v.optional(v.strictObject({ version, weight })),
    reason: v.picklist(['rollback', 'rollout']),
    since: v.pipe(v.string(), v.isoTimestamp('must be a time, as in 2026-01-31T12:00:00.000Z')),
  }),
  v.check((pin) => pin.next?.version !== pin.version, 'next.version must be another version than version'),
);

/** A function whose alias `live` stays where it is, whatever version is published after it. */
export type Pin = v.InferOutput<typeof pinSchema>;

/** By the name of the function, as in `scripts/rollback`: `authorizer`. */
export type Pinned = Readonly<Record<string, Pin>>;

/** @throws ConfigurationError naming every problem with its path */
export function parsePinned(value: unknown): Pinned {
  const result = v.safeParse(v.record(v.string(), pinSchema), value);
  if (result.success) return result.output;
  throw new ConfigurationError(result.issues.map((issue) => `${FILE}: ${v.getDotPath(issue) ?? ''}: ${issue.message}`));
}

/**
 * The pins of an environment, from its folder; none where nothing is pinned.
 *
 * @throws ConfigurationError when the file is not as it must be
 */
export function readPinned(folder: string): Pinned {
  return parsePinned(readDecided(folder, FILE, {}));
}

/** Writes them, all at once, so that a process that is ended leaves the old ones or the new. Without a pin there is no file. */
export function writePinned(folder: string, pinned: Pinned): void {
  const sorted = Object.entries(pinned).toSorted(([one], [other]) => (one < other ? -1 : 1));
  writeDecided(folder, FILE, sorted.length === 0 ? undefined : Object.fromEntries(sorted));
}

/**
 * What the alias of a pinned function says of itself. So the account tells those who do not have the file of whoever pinned it.
 */
export function pinDescription({ reason, since }: Pick<Pin, 'reason' | 'since'>): string {
  return `${PINNED}${since}: ${reason}`;
}

/** Whether an alias says of itself that it is pinned. */
export function isPinDescription(description: string): boolean {
  return description.startsWith(PINNED);
}
