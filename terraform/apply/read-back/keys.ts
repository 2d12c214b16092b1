import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KeyMetadata,
  paginateListKeys,
} from '@aws-sdk/client-kms';
import type { AwsClients } from './aws-clients.ts';
import type { Names } from './names.ts';
import { byName, collect, type Plain, told, without } from './plain.ts';
import { statementsOf } from './policy-statements.ts';

/** Every key of the customer, by its description: whether it is rotated, and who may use it. */
export async function readKeys({ kms }: AwsClients, names: Names): Promise<Plain> {
  const keys = await collect(paginateListKeys({ client: kms }, {}), ({ Keys }) => Keys);
  const described = await Promise.all(
    keys.map(async ({ KeyId }) => told((await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata)),
  );
  // moto describes a key of KMS that AWS manages as this, and says that the customer manages it.
  const ours = described.filter(({ Description }) => Description !== 'Default key');
  const read = await Promise.all(ours.map((key) => readKey(kms, key)));
  const nameOf = ({ Description = '' }: KeyMetadata) => `key of ${names.short(Description).replace('cloakroom: ', '')}`;
  for (const key of ours) names.add(key.Arn, nameOf(key));
  return byName(
    read,
    ({ key }) => nameOf(key),
    ({ settings }) => settings,
  );
}

async function readKey(kms: AwsClients['kms'], key: KeyMetadata) {
  const { KeyId } = key;
  const [{ KeyRotationEnabled }, { Policy }] = await Promise.all([
    kms.send(new GetKeyRotationStatusCommand({ KeyId })),
    kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' })),
  ]);
  const identity = ['Arn', 'AWSAccountId', 'CreationDate', 'Description', 'KeyId'];
  // Another word for KeySpec, and what follows from it.
  const words = ['CustomerMasterKeySpec', 'EncryptionAlgorithms'];
  const settings = { ...without(key, ...identity, ...words), KeyRotationEnabled, policy: statementsOf(told(Policy)) };
  return { key, settings };
}
