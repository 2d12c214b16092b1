import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { exportJWK, generateKeyPair } from 'jose';
import * as v from 'valibot';
import { errorCode } from '../base/error-code.ts';
import { writePrivateFile } from '../base/write-private-file.ts';

const keysSchema = v.object({
  /** Private JWKs (RFC 7517); the public halves are the provider's key set. */
  keys: v.pipe(v.array(v.looseObject({ kty: v.string(), kid: v.string() })), v.minLength(1)),
  /** Sign the cookies of the login page. */
  cookieKeys: v.pipe(v.array(v.string()), v.minLength(1)),
});

export type ProviderKeys = v.InferOutput<typeof keysSchema>;

/** The keys in the file, made first when there is none: one RSA key for RS256, 2048 bits. */
export async function loadProviderKeys(file: string): Promise<ProviderKeys> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) return v.parse(keysSchema, JSON.parse(text));
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: randomBytes(8).toString('hex'), alg: 'RS256', use: 'sig' };
  const keys = v.parse(keysSchema, { keys: [jwk], cookieKeys: [randomBytes(32).toString('base64url')] });
  await writePrivateFile(file, JSON.stringify(keys));
  return keys;
}
