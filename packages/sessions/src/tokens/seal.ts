import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
/** What NIST SP 800-38D §8.2 recommends. Each key seals one text, so no nonce ever comes twice. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Sealed {
  readonly nonce: Uint8Array;
  /** The text under the key, with the tag at the end. */
  readonly sealed: Uint8Array;
}

/** AES-256-GCM. Whoever opens it must name the same `context`, byte by byte. */
export function seal(text: string, key: Uint8Array, context: string): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { nonce, sealed };
}

/** @throws Error when key, context, nonce or text is not what it was sealed with */
export function unseal({ nonce, sealed }: Sealed, key: Uint8Array, context: string): string {
  const tagAt = Math.max(sealed.length - TAG_BYTES, 0);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(tagAt));
  return Buffer.concat([decipher.update(sealed.subarray(0, tagAt)), decipher.final()]).toString('utf8');
}
