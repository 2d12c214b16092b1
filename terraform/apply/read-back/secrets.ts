import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { paginateListSecrets } from '@aws-sdk/client-secrets-manager';
import { createAwsClients } from './aws-clients.ts';
import { collect } from './plain.ts';

/** Every secret of an account: its name, whether it is under the key of sign-ins, and how many values it has. */
export async function readSecrets(endpoint: string) {
  const { kms, secrets: client } = createAwsClients(endpoint);
  const secrets = await collect(paginateListSecrets({ client }, {}), ({ SecretList }) => SecretList);
  const read = secrets.map(async ({ Name, KmsKeyId, SecretVersionsToStages = {} }) => {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: KmsKeyId }));
    const isUnderOurKey = KeyMetadata?.Description?.endsWith('and the secrets of clients') ?? false;
    return { name: Name, isUnderOurKey, versions: Object.keys(SecretVersionsToStages).length };
  });
  return Promise.all(read);
}
