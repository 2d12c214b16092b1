import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsError } from '../base/aws-error.ts';
import { errorCode } from '../base/error-code.ts';
import { writePrivateFile } from '../base/write-private-file.ts';
import type { StackKey } from './read-keys.ts';

/** A key with what makes it one. */
export interface LocalKey extends StackKey {
  /** 256 bits. They never leave this process but for its own file. */
  readonly material: Buffer;
}

/** The keys of a stack. */
export interface KeyStore {
  /** By id or ARN. @throws AwsError NotFoundException, DisabledException */
  require(keyId: string): LocalKey;
}

const KEY_BYTES = 32;

/** Makes the keys that are new. Each is kept in `<dir>/<key id>`, for its owner alone, and stays the same over restarts. */
export async function openKeyStore(keys: readonly StackKey[], dir: string): Promise<KeyStore> {
  const opened = new Map<string, LocalKey>();
  for (const key of keys) {
    const local = { ...key, material: await materialOf(join(dir, key.keyId)) };
    opened.set(key.keyId, local).set(key.arn, local);
  }
  return {
    require(keyId) {
      const key = opened.get(keyId);
      if (key === undefined) throw new AwsError('NotFoundException', `Key '${keyId}' does not exist`);
      if (!key.isEnabled) throw new AwsError('DisabledException', `${key.arn} is disabled.`);
      return key;
    },
  };
}

/** @throws Error for a file that is none of ours: a new key would open nothing that the old one sealed */
async function materialOf(path: string): Promise<Buffer> {
  const kept = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  const material = kept === undefined ? randomBytes(KEY_BYTES) : Buffer.from(kept, 'base64');
  if (material.length !== KEY_BYTES) throw new Error(`${path} holds no key: start with --fresh`);
  if (kept === undefined) await writePrivateFile(path, material.toString('base64'));
  return material;
}
