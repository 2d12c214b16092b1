import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Pairs that whoever decrypts must name too, in any order. */
export type EncryptionContext = Readonly<Record<string, string>>;

const CIPHER = 'aes-256-gcm';
/** A key's id is a UUID. */
const KEY_ID_BYTES = 36;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The id of the key, nonce, text and tag of AES-256-GCM. AWS does not say what it puts there. */
export function sealBlob(
  { keyId, material }: { readonly keyId: string; readonly material: Buffer },
  plaintext: Buffer,
  context: EncryptionContext,
): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, material, nonce, { authTagLength: TAG_BYTES }).setAAD(bytesOf(context));
  return Buffer.concat([Buffer.from(keyId), nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined when it is too short to name a key. */
export function keyIdIn(blob: Buffer): string | undefined {
  const isWhole = blob.length > KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES;
  return isWhole ? blob.subarray(0, KEY_ID_BYTES).toString('latin1') : undefined;
}

/** @throws Error when key, context or any bit is not what it was sealed with */
export function openBlob(blob: Buffer, material: Buffer, context: EncryptionContext): Buffer {
  const textAt = KEY_ID_BYTES + NONCE_BYTES;
  const tagAt = blob.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, material, blob.subarray(KEY_ID_BYTES, textAt), { authTagLength: TAG_BYTES })
    .setAAD(bytesOf(context))
    .setAuthTag(blob.subarray(tagAt));
  return Buffer.concat([decipher.update(blob.subarray(textAt, tagAt)), decipher.final()]);
}

function bytesOf(context: EncryptionContext): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1))));
}
