/** What Secrets Manager takes. */
const MAX_BYTES = 65_536;

/**
 * The secret in what was read, as text. The one newline that editors and `echo` put at the end is no part of it.
 *
 * @throws Error that quotes nothing of it
 */
export function secretValue(bytes: Buffer): string {
  const value = textOf(bytes).replace(/\r?\n$/, '');
  if (value === '') throw new Error('there is no value on standard input');
  if (Buffer.byteLength(value) > MAX_BYTES) throw new Error(`the value has more than ${MAX_BYTES} bytes`);
  return value;
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error('the value is not UTF-8 text');
  }
}
