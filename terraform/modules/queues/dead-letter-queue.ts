import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { type Protection, protectedLifecycle } from '../protection.ts';
import { requireTls } from './require-tls.ts';

/** As long as SQS keeps anything. A message's age counts from its first sending, not from its arrival here. */
const RETENTION_SECONDS = 14 * 86_400;

export interface DeadLetterQueueProps {
  readonly name: string;
  readonly protection: Pick<Protection, 'preventDestroy'>;
  /** A role, perhaps of another account, that sends. */
  readonly senderRoleArn?: string | undefined;
}

/** Where what could not be worked on waits for a person, encrypted by SQS, by TLS alone. Its address is `aws_sqs_queue.<id>`. */
export class DeadLetterQueue extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly url: string;

  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id);
    const queue = new SqsQueue(this, 'this', {
      name: props.name,
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: RETENTION_SECONDS,
      ...protectedLifecycle(props.protection),
    });
    fixedId(queue, id);
    requireTls(this, id, queue, props.senderRoleArn);
    this.name = queue.name;
    this.arn = queue.arn;
    this.url = queue.url;
  }
}
