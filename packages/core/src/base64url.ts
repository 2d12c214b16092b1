/** Base64url without padding (RFC 4648 §5). */
export function toBase64url(value: string | Uint8Array): string {
  return Buffer.from(value as string).toString('base64url');
}

/**
 * The bytes of a base64url text, or undefined unless it is the one canonical spelling of them:
 * no padding, no white space, no stray bits in the last character (Node's decoder accepts all of those).
 */
export function fromBase64url(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

/** Like {@link fromBase64url}, for UTF-8 text; undefined for a byte sequence that is not valid UTF-8. */
export function textFromBase64url(text: string): string | undefined {
  const bytes = fromBase64url(text);
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
