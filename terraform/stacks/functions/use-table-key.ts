import type { Statement } from '../../modules/iam/policy.ts';
import type { Resources } from '../function-spec.ts';

/**
 * DynamoDB reads and writes a table under a customer key in the name of its caller, who must be allowed to decrypt the
 * table's key: for writing too. The key can be used through DynamoDB alone.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
export function useTableKey({ tableKeyArn, environment }: Resources): Statement {
  return {
    sid: 'UseTableKey',
    actions: ['kms:Decrypt'],
    resources: [tableKeyArn],
    condition: { StringEquals: { 'kms:ViaService': `dynamodb.${environment.region}.amazonaws.com` } },
  };
}
