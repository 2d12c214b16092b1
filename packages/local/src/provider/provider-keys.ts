import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { exportJWK, generateKeyPair } from 'jose';
import * as v from 'valibot';
import { errorCode } from '../base/error-code.ts';
import { writePrivateFile } from '../base/write-private-file.ts';

/** Of an RSA key; its private members are there, too. */
const jwkSchema = v.looseObject({ kty: v.literal('RSA'), kid: v.string(), n: v.string(), e: v.string() });
const keysSchema = v.object({
  /** Private JWKs (RFC 7517); the public halves are the provider's key set. */
  keys: v.pipe(v.array(jwkSchema), v.minLength(1)),
  /** Sign the cookies of the login page. */
  cookieKeys: v.pipe(v.array(v.string()), v.minLength(1)),
});

export type ProviderKeys = v.InferOutput<typeof keysSchema>;

/** A private JWK for RS256. */
export type SigningKey = v.InferOutput<typeof jwkSchema>;

/** The keys in the file, made first when there is none: one RSA key for RS256, 2048 bits. */
export async function loadProviderKeys(file: string): Promise<ProviderKeys> {
  const kept = await readJson(file);
  if (kept !== undefined) return v.parse(keysSchema, kept);
  const keys = { keys: [await newKey()], cookieKeys: [randomBytes(32).toString('base64url')] };
  await writePrivateFile(file, JSON.stringify(keys));
  return keys;
}

/** The key by which a client proves itself (`private_key_jwt`), made first when the file is not there. */
export async function loadClientKey(file: string): Promise<SigningKey> {
  const kept = await readJson(file);
  if (kept !== undefined) return v.parse(jwkSchema, kept);
  const key = await newKey();
  await writePrivateFile(file, JSON.stringify(key));
  return key;
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Another key; nobody has seen it yet. */
export async function newKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const kid = randomBytes(8).toString('hex');
  return v.parse(jwkSchema, { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' });
}
