import { isUtf8 } from 'node:buffer';

/** Base64url without padding (RFC 4648 §5). */
export function toBase64url(value: string | Uint8Array): string {
  return Buffer.from(value as string).toString('base64url');
}

/**
 * The bytes of a base64url text, or undefined unless it is the one canonical spelling of them:
 * no padding, no white space, no stray bits in the last character (Node's decoder accepts all of those, but never writes them).
 */
export function fromBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

/** Like {@link fromBase64url}, for UTF-8 text; undefined for a byte sequence that is not valid UTF-8. */
export function textFromBase64url(text: string): string | undefined {
  const bytes = fromBase64url(text);
  return bytes && textFromUtf8(bytes);
}

/** The text that the bytes are in UTF-8, a byte order mark included; undefined where they are not valid UTF-8. */
export function textFromUtf8(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
