import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { AwsError, validationError } from '../../base/aws-error.ts';
import { keyIdIn, openBlob, sealBlob } from '../../kms/ciphertext-blob.ts';
import type { KeyStore } from '../../kms/key-store.ts';
import type { AwsRequest, AwsService } from '../aws-service.ts';
import { jsonAnswer, jsonError, operationOf, parseInput } from '../json-protocol.ts';

/** What a request names besides, such as grants or an enclave, is not run here. */
const contextSchema = v.optional(v.record(v.string(), v.string()), {});
const keyIdSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));
const dataKeySchema = v.strictObject({
  KeyId: keyIdSchema,
  KeySpec: v.optional(v.picklist(['AES_128', 'AES_256'])),
  NumberOfBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024))),
  EncryptionContext: contextSchema,
});
const decryptSchema = v.strictObject({
  CiphertextBlob: v.pipe(v.string(), v.base64(), v.minLength(1), v.maxLength(8192)),
  KeyId: v.optional(keyIdSchema),
  EncryptionAlgorithm: v.optional(v.literal('SYMMETRIC_DEFAULT')),
  EncryptionContext: contextSchema,
});

interface Operation {
  /** ARN of the key that it is done with. */
  readonly keyArn: string;
  answer(): object;
}

/** KMS, as far as data keys need it. Which keys there are says the stack. */
export function kmsService(keys: KeyStore): AwsService {
  return {
    formatError: jsonError,
    accesses: (request) => [{ action: `kms:${operationOf(request)}`, resource: operationIn(request, keys).keyArn }],
    handle: async (request) => jsonAnswer(operationIn(request, keys).answer()),
  };
}

/** @throws AwsError */
function operationIn(request: AwsRequest, keys: KeyStore): Operation {
  const operation = operationOf(request);
  if (operation === 'GenerateDataKey') return generateDataKey(request, keys);
  if (operation === 'Decrypt') return decrypt(request, keys);
  throw new AwsError('UnknownOperationException', `kms ${operation} is not run here`);
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html */
function generateDataKey(request: AwsRequest, keys: KeyStore): Operation {
  const { KeyId, KeySpec, NumberOfBytes, EncryptionContext } = parseInput(dataKeySchema, request);
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw validationError('Please specify either number of bytes or key spec.');
  }
  const key = keys.require(KeyId);
  const bytes = NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32);
  return {
    keyArn: key.arn,
    answer() {
      const plain = randomBytes(bytes);
      const blob = sealBlob(key, plain, EncryptionContext);
      return { KeyId: key.arn, Plaintext: plain.toString('base64'), CiphertextBlob: blob.toString('base64') };
    },
  };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html */
function decrypt(request: AwsRequest, keys: KeyStore): Operation {
  const { CiphertextBlob, KeyId, EncryptionContext } = parseInput(decryptSchema, request);
  const blob = Buffer.from(CiphertextBlob, 'base64');
  const sealedWith = keyIdIn(blob);
  const key = sealedWith === undefined ? undefined : findKey(keys, sealedWith);
  if (key === undefined) throw invalidCiphertext();
  if (KeyId !== undefined && keys.require(KeyId).arn !== key.arn) {
    const message = 'The key ID in the request does not identify a CMK that can perform this operation.';
    throw new AwsError('IncorrectKeyException', message);
  }
  return {
    keyArn: key.arn,
    answer() {
      try {
        const plain = openBlob(blob, key.material, EncryptionContext);
        return { KeyId: key.arn, Plaintext: plain.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
      } catch {
        throw invalidCiphertext();
      }
    },
  };
}

/** Of whatever else the blob may be, AWS says no more than that it is invalid. */
function findKey(keys: KeyStore, keyId: string) {
  try {
    return keys.require(keyId);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NotFoundException') return undefined;
    throw error;
  }
}

/** AWS's has no message. */
function invalidCiphertext(): AwsError {
  return new AwsError('InvalidCiphertextException', '');
}
