import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { SqsQueueRedriveAllowPolicy } from '@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { type Protection, protectedLifecycle } from '../protection.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { requireTls } from './require-tls.ts';

/** Less than dead letters are kept: their age counts from the first sending. */
const RETENTION_SECONDS = 4 * 86_400;
const MAX_RECEIVES = 5;

export interface QueueProps {
  readonly name: string;
  /** How long the consumer may work on a batch. */
  readonly consumerTimeoutSeconds: number;
  /** How long messages are gathered before. */
  readonly batchWindowSeconds: number;
  readonly protection: Pick<Protection, 'preventDestroy'>;
  /** A role, perhaps of another account, that sends. */
  readonly senderRoleArn?: string | undefined;
}

/**
 * A queue encrypted by SQS, by TLS alone, `aws_sqs_queue.<id>`, and its dead-letter queue, `aws_sqs_queue.<id>_dlq`, where a
 * message goes after five receives, and which no other queue may name as its own. A message is hidden for six times the consumer's time and its window, as AWS advises for Lambda, so that
 * throttled invocations do not count as failures.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export class Queue extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly deadLettersName: string;
  readonly deadLettersUrl: string;

  constructor(scope: Construct, id: string, props: QueueProps) {
    super(scope, id);
    const deadLetters = new DeadLetterQueue(this, `${id}_dlq`, {
      name: `${props.name}-dlq`,
      protection: props.protection,
    });
    const queue = new SqsQueue(this, 'this', {
      name: props.name,
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: RETENTION_SECONDS,
      visibilityTimeoutSeconds: 6 * props.consumerTimeoutSeconds + props.batchWindowSeconds,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: MAX_RECEIVES }),
      ...protectedLifecycle(props.protection),
    });
    fixedId(queue, id);
    requireTls(this, id, queue, props.senderRoleArn);
    const allowed = { redrivePermission: 'byQueue', sourceQueueArns: [queue.arn] };
    const allowPolicy = { queueUrl: deadLetters.url, redriveAllowPolicy: JSON.stringify(allowed) };
    // Each queue names the other: as an argument of the dead-letter queue it would be a circle.
    fixedId(new SqsQueueRedriveAllowPolicy(this, 'redrive-allow', allowPolicy), `${id}_dlq`);
    this.name = queue.name;
    this.arn = queue.arn;
    this.url = queue.url;
    this.deadLettersName = deadLetters.name;
    this.deadLettersUrl = deadLetters.url;
  }
}
