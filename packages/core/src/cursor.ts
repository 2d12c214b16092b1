import { createHash } from 'node:crypto';
import { fromBase64url, toBase64url } from './base64url.ts';
import { CloakroomError } from './errors.ts';

/** A cursor is not one that an earlier page of the same list came with. Answered as 400. */
export class InvalidCursorError extends CloakroomError {
  override readonly name = 'InvalidCursorError';
  readonly code = 'INVALID_CURSOR';
  readonly field = 'cursor';

  constructor(options?: ErrorOptions) {
    super('cursor: must be the nextCursor of an earlier page', options);
  }
}

const FORMAT = 1;
const CHECK_BYTES = 12;
const HEAD_BYTES = 1 + CHECK_BYTES;
/** Twice what the longest key of ours needs. */
const MAX_POSITION_BYTES = 1024;
const MAX_TEXT_LENGTH = Math.ceil(((HEAD_BYTES + MAX_POSITION_BYTES) * 4) / 3);

/**
 * Where the next page of a list begins, as clients carry it: base64url of a format number, a check and the position.
 * The check, 96 bits of SHA-256, binds the position to its `scope`: which list it is a place in, and whose.
 *
 * It guards against mistakes: a cursor edited by hand, cut off, or used for another list is noticed. It is no secret, and
 * whoever reads this can compute one; so a position must open nothing that the list itself would not show.
 *
 * @throws RangeError for a position of more than 1 KiB
 */
export function sealCursor(scope: string, position: string): string {
  const bytes = Buffer.from(position);
  if (bytes.length > MAX_POSITION_BYTES) throw new RangeError('the position of a cursor is too long');
  return toBase64url(Buffer.concat([Buffer.of(FORMAT), checkOf(scope, bytes), bytes]));
}

/**
 * The position in a cursor that {@link sealCursor} made for the same scope.
 *
 * @throws InvalidCursorError for any other text
 */
export function openCursor(scope: string, text: string): string {
  const bytes = text.length > MAX_TEXT_LENGTH ? undefined : fromBase64url(text);
  if (bytes === undefined || bytes.length < HEAD_BYTES || bytes[0] !== FORMAT) throw new InvalidCursorError();
  const position = bytes.subarray(HEAD_BYTES);
  if (!checkOf(scope, position).equals(bytes.subarray(1, HEAD_BYTES))) throw new InvalidCursorError();
  return position.toString();
}

/** The scope's length keeps the end of a scope from passing for the beginning of a position. */
function checkOf(scope: string, position: Uint8Array): Buffer {
  const hash = createHash('sha256')
    .update(`${FORMAT}:${Buffer.byteLength(scope)}:${scope}:`)
    .update(position);
  return hash.digest().subarray(0, CHECK_BYTES);
}
