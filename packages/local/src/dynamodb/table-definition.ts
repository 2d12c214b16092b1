import * as v from 'valibot';
import { blocksOf, harmless, parseArguments } from '../stack/parse-arguments.ts';
import type { ResolvedResource } from '../stack/resolved-stack.ts';

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

/** A table of the stack, as DynamoDB's CreateTable wants it. */
export interface TableDefinition {
  readonly request: {
    readonly TableName: string;
    readonly BillingMode: 'PAY_PER_REQUEST';
    readonly AttributeDefinitions: readonly { AttributeName: string; AttributeType: string }[];
    readonly KeySchema: readonly KeyElement[];
    readonly StreamSpecification: { readonly StreamEnabled: boolean; readonly StreamViewType?: string };
  };
  readonly ttlAttribute: string | undefined;
  /** ARN of the customer's key that encrypts it. Whoever reads or writes needs it, too. */
  readonly kmsKeyArn: string | undefined;
}

const attributeSchema = v.strictObject({ name: v.string(), type: v.picklist(['S', 'N', 'B']) });
/** Indexes and replicas are not among them: the sessions have neither, on purpose, and an index that is missing here would be noticed late. */
const tableSchema = v.strictObject({
  name: v.string(),
  hash_key: v.string(),
  range_key: v.optional(v.string()),
  attribute: blocksOf(attributeSchema),
  billing_mode: v.optional(v.literal('PAY_PER_REQUEST')),
  stream_enabled: v.optional(v.boolean(), false),
  stream_view_type: v.optional(v.string()),
  ttl: blocksOf(v.strictObject({ attribute_name: v.string(), enabled: v.optional(v.boolean(), true) })),
  server_side_encryption: blocksOf(v.strictObject({ enabled: v.boolean(), kms_key_arn: v.optional(v.string()) })),
  ...harmless('deletion_protection_enabled', 'point_in_time_recovery', 'tags'),
});

/** @throws StackError naming the argument that is not understood */
export function parseTable(resource: ResolvedResource): TableDefinition {
  const table = parseArguments(resource, tableSchema);
  const { name, hash_key, range_key, attribute, stream_enabled, stream_view_type, ttl } = table;
  const encryption = table.server_side_encryption.find(({ enabled }) => enabled);
  const range: readonly KeyElement[] = range_key === undefined ? [] : [{ AttributeName: range_key, KeyType: 'RANGE' }];
  return {
    request: {
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attribute.map((one) => ({ AttributeName: one.name, AttributeType: one.type })),
      KeySchema: [{ AttributeName: hash_key, KeyType: 'HASH' }, ...range],
      StreamSpecification:
        stream_enabled && stream_view_type !== undefined
          ? { StreamEnabled: true, StreamViewType: stream_view_type }
          : { StreamEnabled: false },
    },
    ttlAttribute: ttl.find(({ enabled }) => enabled)?.attribute_name,
    kmsKeyArn: encryption?.kms_key_arn,
  };
}
