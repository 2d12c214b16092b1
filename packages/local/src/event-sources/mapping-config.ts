import * as v from 'valibot';
import { StackError } from '../base/errors.ts';
import { blocksOf, harmless, parseArguments } from '../stack/parse-arguments.ts';
import type { ResolvedResource } from '../stack/resolved-stack.ts';

/** An event source mapping from a queue to a function. */
export interface SqsMapping {
  readonly address: string;
  readonly queueName: string;
  readonly queueArn: string;
  /** A name or an ARN, with or without qualifier. */
  readonly functionName: string;
  readonly batchSize: number;
  readonly batchWindowMs: number;
  readonly reportsItemFailures: boolean;
  /** The most invocations at the same time. */
  readonly maxConcurrency: number;
}

const mappingSchema = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  event_source_arn: v.string(),
  function_name: v.string(),
  batch_size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)), 10),
  maximum_batching_window_in_seconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(300)), 0),
  scaling_config: blocksOf(
    v.strictObject({ maximum_concurrency: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000)) }),
  ),
  function_response_types: v.optional(v.array(v.literal('ReportBatchItemFailures')), []),
  ...harmless('tags'),
});
const QUEUE_ARN = /^arn:aws:sqs:[^:]+:\d{12}:([\w.-]+)$/;

/**
 * Undefined for a mapping that is switched off.
 *
 * @throws StackError for a source that is no queue, for an argument that is not understood (filters are not), and for a batch
 * that AWS would refuse
 */
export function parseSqsMapping(resource: ResolvedResource): SqsMapping | undefined {
  const mapping = parseArguments(resource, mappingSchema);
  const { address } = resource;
  const path = `resource.${address}`;
  const queueName = QUEUE_ARN.exec(mapping.event_source_arn)?.[1];
  if (queueName === undefined)
    throw new StackError(`${path}.event_source_arn`, 'only queues and streams of tables can be read here');
  if (mapping.batch_size > 10 && mapping.maximum_batching_window_in_seconds === 0) {
    throw new StackError(`${path}.batch_size`, 'more than 10 messages need a batching window of at least 1 second');
  }
  if (!mapping.enabled) return undefined;
  return {
    address,
    queueName,
    queueArn: mapping.event_source_arn,
    functionName: mapping.function_name,
    batchSize: mapping.batch_size,
    batchWindowMs: mapping.maximum_batching_window_in_seconds * 1000,
    reportsItemFailures: mapping.function_response_types.length > 0,
    maxConcurrency: mapping.scaling_config[0]?.maximum_concurrency ?? Number.POSITIVE_INFINITY,
  };
}
