import type { Keys } from '@cloakroom/sessions/web';
import { CloakroomStoreError } from './errors.ts';
import type { SessionObject } from './shape.ts';

/** What of a session object is data. What JSON leaves out, as functions and `undefined`, is none. @throws CloakroomStoreError SESSION_NOT_JSON */
export function keysOf(session: SessionObject, apart: ReadonlySet<string>): Keys {
  const keys = new Map<string, string>();
  for (const key of Object.keys(session)) {
    const text = apart.has(key) ? undefined : jsonOf(key, session[key]);
    if (text === undefined) continue;
    // DynamoDB keeps names as UTF-8, in which all lone surrogates are one.
    if (!key.isWellFormed())
      throw new CloakroomStoreError('SESSION_NOT_JSON', `the session's key ${nameOf(key)} is no well-formed text`);
    keys.set(key, text);
  }
  return keys;
}

function jsonOf(key: string, value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw new CloakroomStoreError('SESSION_NOT_JSON', `the session's key ${nameOf(key)} has no JSON`, { cause: error });
  }
}

/** The inverse, as plain data. `__proto__` is a key like any other. @throws SyntaxError for what {@link keysOf} does not give */
export function dataOf(keys: Keys): SessionObject {
  return Object.fromEntries([...keys].map(([key, text]): [string, unknown] => [key, JSON.parse(text)]));
}

/** What DynamoDB counts for each member of a map: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
const MEMBER_BYTES = 4;

/**
 * Several requests at once may have made a session too large, each of them a part: what is no larger than it was fits all the same.
 *
 * @param before its keys as they were read
 * @throws CloakroomStoreError SESSION_TOO_LARGE, which names the largest key
 */
export function assertFits(keys: Keys, maxBytes: number, before: Keys = NONE): void {
  const { bytes, largest, largestBytes } = sizeOf(keys);
  if (bytes <= Math.max(maxBytes, sizeOf(before).bytes)) return;
  throw new CloakroomStoreError(
    'SESSION_TOO_LARGE',
    `the session has ${bytes} B of at most ${maxBytes}: its largest key is ${nameOf(largest)}, of ${largestBytes} B`,
  );
}

const NONE: Keys = new Map();

function sizeOf(keys: Keys) {
  let [bytes, largest, largestBytes] = [0, '', 0];
  for (const [key, text] of keys) {
    const size = Buffer.byteLength(key) + Buffer.byteLength(text) + MEMBER_BYTES;
    bytes += size;
    if (size > largestBytes) [largest, largestBytes] = [key, size];
  }
  return { bytes, largest, largestBytes };
}

const MAX_SHOWN = 64;

/** A key may be as long as the app likes, and an error is to be read. */
function nameOf(key: string): string {
  return JSON.stringify(key.length > MAX_SHOWN ? `${key.slice(0, MAX_SHOWN)}…` : key);
}
