import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
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

/**
 * Where the next page of a list begins, as clients carry it: sealed, so that it can be neither read nor made by anybody else.
 * It opens only for the `scope` that it was made for: which list it is a place in, and whose.
 */
export interface Cursors {
  /** @throws RangeError for a position that no key of DynamoDB needs */
  seal(scope: string, position: string): Promise<string>;
  /** The position that was sealed. @throws InvalidCursorError for anything that was not sealed for the same scope */
  open(scope: string, cursor: string): Promise<string>;
}

const FORMAT = 2;
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;
/** A partition key and a sort key of DynamoDB, and a mark between them. */
const MAX_POSITION_BYTES = 2048 + 1 + 1024;
const MAX_TEXT_LENGTH = Math.ceil(((HEAD_BYTES + MAX_POSITION_BYTES) * 4) / 3);

/**
 * A cursor is base64url of a format number, a nonce, a tag and the position, encrypted by AES-256-GCM. Each scope has a key of its
 * own, derived by HMAC-SHA-256: random nonces serve 2^32 messages under one key (NIST SP 800-38D §8.3), which one list never has.
 *
 * `getKey` has 32 bytes. It is asked for with the first cursor that could be one, and kept once it is there.
 */
export function createCursors(getKey: () => Promise<Uint8Array>): Cursors {
  let key: Promise<Uint8Array> | undefined;
  async function keyOf(scope: string): Promise<Uint8Array> {
    key ??= getKey().catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return createHmac('sha256', await key)
      .update(`cursor:${FORMAT}:${scope}`)
      .digest();
  }

  return {
    async seal(scope, position) {
      if (Buffer.byteLength(position) > MAX_POSITION_BYTES)
        throw new RangeError('the position of a cursor is too long');
      return sealText(await keyOf(scope), position);
    },
    async open(scope, cursor) {
      const sealed = cursor.length > MAX_TEXT_LENGTH ? undefined : fromBase64url(cursor);
      if (sealed === undefined || sealed.length < HEAD_BYTES || sealed[0] !== FORMAT) throw new InvalidCursorError();
      return openText(await keyOf(scope), sealed);
    },
  };
}

function sealText(key: Uint8Array, position: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const sealed = Buffer.concat([cipher.update(position, 'utf8'), cipher.final()]);
  return toBase64url(Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), sealed]));
}

function openText(key: Uint8Array, sealed: Uint8Array): string {
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEAD_BYTES));
  const position = decipher.update(sealed.subarray(HEAD_BYTES));
  try {
    return Buffer.concat([position, decipher.final()]).toString();
  } catch {
    // The one thing that the end of a decryption says: the tag does not fit.
    throw new InvalidCursorError();
  }
}
