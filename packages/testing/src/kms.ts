import { randomBytes } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';

interface Input {
  readonly KeyId?: string;
  readonly CiphertextBlob?: Uint8Array;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
}

/** What was asked of it, and every plain key that it gave out: the same bytes that the caller has. */
export interface TestKms {
  readonly kms: Pick<KMSClient, 'send'>;
  readonly sent: { readonly operation: string; readonly input: Input }[];
  readonly plainKeys: Uint8Array[];
}

/** A KMS in memory, of data keys alone. It decrypts what it encrypted, under the same key and encryption context. */
export function testKms(): TestKms {
  const sent: TestKms['sent'] = [];
  const plainKeys: Uint8Array[] = [];
  const made = new Map<string, { readonly plain: Buffer; readonly bound: string }>();
  const boundOf = ({ KeyId, EncryptionContext = {} }: Input) =>
    JSON.stringify([KeyId, Object.entries(EncryptionContext).sort()]);
  const handOut = (plain: Uint8Array) => {
    const Plaintext = new Uint8Array(plain);
    plainKeys.push(Plaintext);
    return Plaintext;
  };
  const send = async (command: { readonly constructor: { readonly name: string }; readonly input: Input }) => {
    const { input } = command;
    const operation = command.constructor.name.replace(/Command$/, '');
    sent.push({ operation, input });
    if (operation === 'GenerateDataKey') {
      const [plain, CiphertextBlob] = [randomBytes(32), new Uint8Array(randomBytes(64))];
      made.set(Buffer.from(CiphertextBlob).toString('hex'), { plain, bound: boundOf(input) });
      return { KeyId: input.KeyId, Plaintext: handOut(plain), CiphertextBlob };
    }
    const found = made.get(Buffer.from(input.CiphertextBlob ?? []).toString('hex'));
    if (found?.bound !== boundOf(input)) {
      throw Object.assign(new Error('not of this key and context'), { name: 'InvalidCiphertextException' });
    }
    return { KeyId: input.KeyId, Plaintext: handOut(found.plain) };
  };
  return { kms: { send } as unknown as TestKms['kms'], sent, plainKeys };
}
