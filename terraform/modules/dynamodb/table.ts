import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { type Protection, protectedLifecycle } from '../protection.ts';

export interface TableProps {
  readonly name: string;
  /** Both keys are strings. */
  readonly partitionKey: string;
  readonly sortKey: string;
  /** The customer key that encrypts the table. */
  readonly keyArn: string;
  /** Whether changes are offered as a stream, with both images of the item. */
  readonly stream: boolean;
  readonly protection: Protection;
}

/**
 * A DynamoDB table: on demand, under a customer key, with point-in-time recovery, TTL attribute `ttl` in epoch seconds,
 * and no index, since an index is stale right after a write. Its address is `aws_dynamodb_table.<id>`.
 */
export class Table extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly #streamArn: string | undefined;

  constructor(scope: Construct, id: string, props: TableProps) {
    super(scope, id);
    const table = new DynamodbTable(this, 'this', {
      name: props.name,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: props.partitionKey,
      rangeKey: props.sortKey,
      attribute: [
        { name: props.partitionKey, type: 'S' },
        { name: props.sortKey, type: 'S' },
      ],
      ttl: { attributeName: 'ttl', enabled: true },
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: props.keyArn },
      deletionProtectionEnabled: props.protection.deletionProtection,
      ...(props.stream ? { streamEnabled: true, streamViewType: 'NEW_AND_OLD_IMAGES' } : {}),
      ...protectedLifecycle(props.protection),
    });
    fixedId(table, id);
    this.name = table.name;
    this.arn = table.arn;
    this.#streamArn = props.stream ? table.streamArn : undefined;
  }

  /** @throws Error when the table offers no stream */
  requireStreamArn(): string {
    if (this.#streamArn === undefined) throw new Error(`the table ${this.node.id} offers no stream`);
    return this.#streamArn;
  }
}
