import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecryptCommand, EncryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openKeyStore } from '../../kms/key-store.ts';
import { readKeys } from '../../kms/read-keys.ts';
import { testStack } from '../../stack-fixture.ts';
import { createCredentialsRegistry } from '../credentials.ts';
import { type AwsCall, type AwsEndpoint, startAwsEndpoint } from '../start-aws-endpoint.ts';
import { kmsService } from './kms-service.ts';

const keys = readKeys(testStack({ resource: { aws_kms_key: { one: {}, other: {}, off: { is_enabled: false } } } }));
const [one, other, off] = keys.map(({ arn }) => arn);
const dir = mkdtempSync(join(tmpdir(), 'cloakroom-kms-'));
const calls: AwsCall[] = [];
let endpoint: AwsEndpoint;
let kms: KMSClient;

async function start(): Promise<void> {
  endpoint = await startAwsEndpoint({
    port: 0,
    services: { kms: kmsService(await openKeyStore(keys, dir)) },
    credentials: createCredentialsRegistry(),
    permissions: { judge: () => undefined },
    admit: (call) => void calls.push(call),
    onError: (error) => {
      throw error;
    },
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  kms = new KMSClient({ endpoint: endpoint.origin, region: 'eu-central-1', credentials, maxAttempts: 1 });
}
beforeAll(start);
afterAll(() => endpoint.stop());

const EncryptionContext = { purpose: 'test', user: 'ü' };

async function aDataKey(KeyId = one) {
  const { Plaintext, CiphertextBlob } = await kms.send(
    new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }),
  );
  if (Plaintext === undefined || CiphertextBlob === undefined) throw new Error('no data key');
  return { Plaintext, CiphertextBlob };
}

describe('a data key', () => {
  it('has as many bytes as asked for, others each time, and its plain bytes are not in its blob', async () => {
    const [first, second] = [await aDataKey(), await aDataKey()];
    expect(first.Plaintext).toHaveLength(32);
    expect(first.Plaintext).not.toEqual(second.Plaintext);
    expect(Buffer.from(first.CiphertextBlob).includes(Buffer.from(first.Plaintext))).toBe(false);
    const { Plaintext, KeyId } = await kms.send(new GenerateDataKeyCommand({ KeyId: one, NumberOfBytes: 7 }));
    expect(Plaintext).toHaveLength(7);
    expect(KeyId).toBe(one);
  });

  it('is decrypted under the same context, in any order, also after a restart', async () => {
    const { Plaintext, CiphertextBlob } = await aDataKey();
    await endpoint.stop();
    await start();
    const reversed = Object.fromEntries(Object.entries(EncryptionContext).toReversed());
    for (const KeyId of [undefined, one, one?.split('/')[1]]) {
      const answer = await kms.send(new DecryptCommand({ CiphertextBlob, KeyId, EncryptionContext: reversed }));
      expect(answer).toMatchObject({ KeyId: one, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
      expect(answer.Plaintext).toEqual(Plaintext);
    }
    expect(calls.at(-1)?.accesses).toEqual([{ action: 'kms:Decrypt', resource: one }]);
  });

  it('is not decrypted under another context', async () => {
    const { CiphertextBlob } = await aDataKey();
    for (const context of [
      undefined,
      {},
      { ...EncryptionContext, purpose: 'other' },
      { ...EncryptionContext, more: '' },
    ]) {
      const command = new DecryptCommand({ CiphertextBlob, EncryptionContext: context });
      await expect(kms.send(command)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    }
  });

  it('is not decrypted with one bit changed, wherever', async () => {
    const { CiphertextBlob } = await aDataKey();
    for (const at of [0, 40, 60, CiphertextBlob.length - 1]) {
      const changed = CiphertextBlob.map((byte, index) => (index === at ? byte ^ 1 : byte));
      const command = new DecryptCommand({ CiphertextBlob: changed, EncryptionContext });
      await expect(kms.send(command)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    }
  });
});

describe('KMS refuses as AWS does', () => {
  it.each([
    [{ KeyId: one }, 'ValidationException'],
    [{ KeyId: one, KeySpec: 'AES_256', NumberOfBytes: 32 }, 'ValidationException'],
    [{ KeyId: one, NumberOfBytes: 1025 }, 'ValidationException'],
    [{ KeyId: one, KeySpec: 'AES_256', GrantTokens: ['a'] }, 'ValidationException'],
    [{ KeyId: 'alias/tokens', KeySpec: 'AES_256' }, 'NotFoundException'],
    [{ KeyId: off, KeySpec: 'AES_256' }, 'DisabledException'],
  ] as const)('a data key by %j with %s', async (input, name) => {
    await expect(kms.send(new GenerateDataKeyCommand({ ...input } as never))).rejects.toMatchObject({ name });
  });

  it('to decrypt with another key, or what is none of its', async () => {
    const { CiphertextBlob } = await aDataKey();
    const wrongKey = new DecryptCommand({ CiphertextBlob, KeyId: other, EncryptionContext });
    await expect(kms.send(wrongKey)).rejects.toMatchObject({ name: 'IncorrectKeyException' });
    const short = new DecryptCommand({ CiphertextBlob: new Uint8Array(3) });
    await expect(kms.send(short)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  });

  it('what is not run here', async () => {
    const command = new EncryptCommand({ KeyId: one, Plaintext: new Uint8Array(1) });
    await expect(kms.send(command)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});

describe('what makes a key', () => {
  it('is in a file of its owner alone', () => {
    expect(readdirSync(dir).sort()).toEqual(keys.map(({ keyId }) => keyId).sort());
    for (const { keyId } of keys) expect(statSync(join(dir, keyId)).mode & 0o777).toBe(0o600);
  });

  it('is not replaced when it is spoilt', async () => {
    const spoilt = mkdtempSync(join(tmpdir(), 'cloakroom-kms-'));
    writeFileSync(join(spoilt, keys[0]?.keyId ?? ''), 'short');
    await expect(openKeyStore(keys, spoilt)).rejects.toThrow('holds no key: start with --fresh');
  });
});
