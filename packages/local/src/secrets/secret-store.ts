import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { AwsError } from '../base/aws-error.ts';
import { errorCode } from '../base/error-code.ts';
import { writePrivateFile } from '../base/write-private-file.ts';
import type { StackSecret } from './read-secrets.ts';

const versionSchema = v.object({ id: v.string(), value: v.string(), createdMs: v.number() });
const versionsSchema = v.pipe(v.array(versionSchema), v.maxLength(2));

export type SecretVersion = v.InferOutput<typeof versionSchema>;

/** A secret, with the version that is current and the one before it, newest first. None until somebody puts one. */
export interface LocalSecret extends StackSecret {
  readonly versions: readonly SecretVersion[];
}

/** The secrets of a stack. */
export interface SecretStore {
  /** By name or ARN. @throws AwsError ResourceNotFoundException */
  require(secretId: string): LocalSecret;
  /** Makes a version the current one. Resolves when it is on disk. */
  put(secret: LocalSecret, version: SecretVersion): Promise<void>;
}

/** Each secret is kept in a file of `dir`, for its owner alone, and survives restarts. */
export async function openSecretStore(secrets: readonly StackSecret[], dir: string): Promise<SecretStore> {
  const opened = new Map<string, LocalSecret>();
  const fileOf = ({ name }: StackSecret) => join(dir, `${encodeURIComponent(name)}.json`);
  const keep = (secret: LocalSecret) => opened.set(secret.name, secret).set(secret.arn, secret);
  for (const secret of secrets) keep({ ...secret, versions: await versionsIn(fileOf(secret)) });
  return {
    require(secretId) {
      const secret = opened.get(secretId);
      if (secret !== undefined) return secret;
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    },
    async put({ arn, name, versions }, version) {
      const secret = { arn, name, versions: [version, ...versions].slice(0, 2) };
      keep(secret);
      await writePrivateFile(fileOf(secret), JSON.stringify(secret.versions));
    },
  };
}

async function versionsIn(path: string): Promise<readonly SecretVersion[]> {
  try {
    return v.parse(versionsSchema, JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    // Without the cause: it might quote the secret.
    throw new Error(`${path} holds no secret of ours: delete it, and set the secret again`);
  }
}
