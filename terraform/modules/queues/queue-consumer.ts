import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';

export interface QueueConsumerProps {
  readonly queueArn: string;
  readonly alias: LambdaAlias;
  /** Messages in one invocation, at most. */
  readonly batchSize: number;
}

/**
 * Feeds a queue to a function, which says for each message whether it failed: one poison message does not bring its
 * batch back. Its address is `aws_lambda_event_source_mapping.<id>`.
 */
export class QueueConsumer extends Construct {
  constructor(scope: Construct, id: string, props: QueueConsumerProps) {
    super(scope, id);
    const mapping = new LambdaEventSourceMapping(this, 'this', {
      eventSourceArn: props.queueArn,
      functionName: props.alias.arn,
      batchSize: props.batchSize,
      functionResponseTypes: ['ReportBatchItemFailures'],
    });
    fixedId(mapping, id);
  }
}
