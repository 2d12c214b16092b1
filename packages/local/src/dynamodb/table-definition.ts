import * as v from 'valibot';
import { StackError } from '../errors.ts';
import { blocks } from '../stack/blocks.ts';
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
}

const attributeSchema = v.object({ name: v.string(), type: v.picklist(['S', 'N', 'B']) });
const tableSchema = v.object({
  name: v.string(),
  hash_key: v.string(),
  range_key: v.optional(v.string()),
  attribute: v.pipe(v.unknown(), v.transform(blocks), v.array(attributeSchema)),
  stream_enabled: v.optional(v.boolean(), false),
  stream_view_type: v.optional(v.string()),
  ttl: v.optional(
    v.pipe(
      v.unknown(),
      v.transform(blocks),
      v.array(v.object({ attribute_name: v.string(), enabled: v.optional(v.boolean(), true) })),
    ),
    [],
  ),
});

/** Indexes and replicas are refused: the sessions have neither, on purpose, and an index that is missing here would be noticed late. */
const REFUSED = ['global_secondary_index', 'local_secondary_index', 'replica'] as const;

/** @throws StackError naming the argument that is not understood */
export function parseTable(resource: ResolvedResource): TableDefinition {
  const refused = REFUSED.find((argument) => blocks(resource.attributes[argument]).length > 0);
  if (refused !== undefined) throw new StackError(`resource.${resource.address}.${refused}`, 'cannot be run here');
  const result = v.safeParse(tableSchema, resource.attributes);
  if (!result.success) {
    const [issue] = result.issues;
    throw new StackError(`resource.${resource.address}.${v.getDotPath(issue) ?? ''}`, issue.message);
  }
  const { name, hash_key, range_key, attribute, stream_enabled, stream_view_type, ttl } = result.output;
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
  };
}
