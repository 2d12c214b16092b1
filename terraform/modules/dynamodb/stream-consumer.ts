import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';

/** Records in one invocation, at most. Lambda does not wait for more to come. */
const BATCH_SIZE = 100;
/**
 * A record that fails holds up all that come after it in its shard. So it is given up after so many attempts or hours,
 * whichever comes first: long enough for an outage to pass, and well before the 24 hours after which the stream forgets the
 * records that its dead letters only point to.
 */
const GIVE_UP_AFTER = { retries: 100, ageSeconds: 6 * 3600 };

export interface StreamConsumerProps {
  readonly streamArn: string;
  readonly alias: LambdaAlias;
  /** The queue that is told which records were given up. */
  readonly deadLettersArn: string;
  /** Patterns of the records that go to the function, where one of them matches. Lambda charges nothing for the others. */
  readonly patterns: readonly object[];
}

/**
 * Feeds the changes of a table to a function, in order and from the oldest on, so that none is missed while the mapping is
 * made. The function says which record failed: those before it are done, and Lambda goes on from there.
 * Its address is `aws_lambda_event_source_mapping.<id>`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 */
export class StreamConsumer extends Construct {
  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    const mapping = new LambdaEventSourceMapping(this, 'this', {
      eventSourceArn: props.streamArn,
      functionName: props.alias.arn,
      startingPosition: 'TRIM_HORIZON',
      batchSize: BATCH_SIZE,
      parallelizationFactor: 1,
      functionResponseTypes: ['ReportBatchItemFailures'],
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: GIVE_UP_AFTER.retries,
      maximumRecordAgeInSeconds: GIVE_UP_AFTER.ageSeconds,
      filterCriteria: { filter: props.patterns.map((pattern) => ({ pattern: JSON.stringify(pattern) })) },
      destinationConfig: { onFailure: { destinationArn: props.deadLettersArn } },
    });
    fixedId(mapping, id);
  }
}
