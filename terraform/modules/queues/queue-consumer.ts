import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';

/** Messages in one invocation: AWS allows no more than ten of them without a window. */
const MOST_WITHOUT_WINDOW = 10;
/** A look at the marks of erasures takes a hundred users. */
const MOST_IN_WINDOW = 100;
export interface QueueConsumerProps {
  readonly queueArn: string;
  readonly alias: LambdaAlias;
  /** How long Lambda gathers messages for a batch that is not full, which may then have more of them. */
  readonly batchWindowSeconds: number;
  /**
   * Batches at the same time. Lambda would go on to 1,250 for a full queue: as many environments as an account has, and the authorizer is of
   * the same account.
   */
  readonly maximumConcurrency: number;
}

/**
 * Feeds a queue to a function, which says for each message whether it failed: one poison message does not bring its
 * batch back. Its address is `aws_lambda_event_source_mapping.<id>`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export class QueueConsumer extends Construct {
  constructor(scope: Construct, id: string, props: QueueConsumerProps) {
    super(scope, id);
    const mapping = new LambdaEventSourceMapping(this, 'this', {
      eventSourceArn: props.queueArn,
      functionName: props.alias.arn,
      batchSize: props.batchWindowSeconds === 0 ? MOST_WITHOUT_WINDOW : MOST_IN_WINDOW,
      ...(props.batchWindowSeconds === 0 ? {} : { maximumBatchingWindowInSeconds: props.batchWindowSeconds }),
      scalingConfig: { maximumConcurrency: props.maximumConcurrency },
      functionResponseTypes: ['ReportBatchItemFailures'],
    });
    fixedId(mapping, id);
  }
}
