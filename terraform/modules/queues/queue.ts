import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { type Protection, protectedLifecycle } from '../protection.ts';

const DAY_SECONDS = 86_400;
/** The dead-letter queue keeps longer: a message's age counts from its first sending, not from its arrival there. */
const RETENTION_SECONDS = { queue: 4 * DAY_SECONDS, deadLetters: 14 * DAY_SECONDS };
const MAX_RECEIVES = 5;

export interface QueueProps {
  readonly name: string;
  /** How long the consumer may work on a batch. */
  readonly consumerTimeoutSeconds: number;
  readonly protection: Pick<Protection, 'preventDestroy'>;
}

/**
 * A queue encrypted by SQS, `aws_sqs_queue.<id>`, and its dead-letter queue, `aws_sqs_queue.<id>_dlq`, where a message
 * goes after five receives. A message is hidden for six times the consumer's time, as AWS advises for Lambda, so that
 * throttled invocations do not count as failures.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export class Queue extends Construct {
  readonly arn: string;
  readonly url: string;

  constructor(scope: Construct, id: string, props: QueueProps) {
    super(scope, id);
    const deadLetters = new SqsQueue(this, 'dlq', {
      name: `${props.name}-dlq`,
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: RETENTION_SECONDS.deadLetters,
      ...protectedLifecycle(props.protection),
    });
    fixedId(deadLetters, `${id}_dlq`);
    const queue = new SqsQueue(this, 'this', {
      name: props.name,
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: RETENTION_SECONDS.queue,
      visibilityTimeoutSeconds: 6 * props.consumerTimeoutSeconds,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: MAX_RECEIVES }),
      ...protectedLifecycle(props.protection),
    });
    fixedId(queue, id);
    this.arn = queue.arn;
    this.url = queue.url;
  }
}
