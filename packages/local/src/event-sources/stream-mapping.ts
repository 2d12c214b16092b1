import * as v from 'valibot';
import { blocksOf, harmless, parseArguments } from '../stack/parse-arguments.ts';
import type { ResolvedResource } from '../stack/resolved-stack.ts';
import { filterCriteriaSchema, parseFilters, type RecordFilter } from './filter-criteria.ts';

/** An event source mapping from a table's stream to a function. */
export interface StreamMapping {
  readonly address: string;
  readonly tableName: string;
  /** As the stack knows it; DynamoDB Local labels the stream itself. */
  readonly streamArn: string;
  /** A name or an ARN, with or without qualifier. */
  readonly functionName: string;
  /** Where to begin in a stream that was never read. */
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly batchSize: number;
  readonly batchWindowMs: number;
  readonly reportsItemFailures: boolean;
  readonly bisectsOnError: boolean;
  /** Infinity where there is no limit. */
  readonly maxRetries: number;
  /** Infinity where there is no limit. */
  readonly maxAgeMs: number;
  /** The queue that is told what was given up. */
  readonly onFailureQueue: string | undefined;
  /** Whether a record goes to the function. The others are passed over, and wake nobody. */
  readonly isWanted: RecordFilter;
}

const integer = (from: number, to: number) => v.pipe(v.number(), v.integer(), v.minValue(from), v.maxValue(to));
/** -1 is Lambda's word for "without limit". */
const limit = (from: number, to: number) =>
  v.pipe(
    v.optional(v.union([v.literal(-1), integer(from, to)]), -1),
    v.transform((value) => (value === -1 ? Number.POSITIVE_INFINITY : value)),
  );

const STREAM_ARN = /^arn:aws:dynamodb:[^:]+:\d{12}:table\/([\w.-]+)\/stream\/[^/]+$/;
const QUEUE_ARN = /^arn:aws:sqs:[^:]+:\d{12}:([\w.-]+)$/;
const nameIn = (arn: RegExp, problem: string) =>
  v.pipe(
    v.string(),
    v.regex(arn, problem),
    v.transform((text) => arn.exec(text)?.[1] ?? ''),
  );

const destinationSchema = v.strictObject({
  on_failure: blocksOf(v.strictObject({ destination_arn: nameIn(QUEUE_ARN, 'only queues can be told here') })),
});

const mappingSchema = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  event_source_arn: nameIn(STREAM_ARN, 'is no stream of a table'),
  function_name: v.string(),
  starting_position: v.picklist(['TRIM_HORIZON', 'LATEST']),
  batch_size: v.optional(integer(1, 10_000), 100),
  maximum_batching_window_in_seconds: v.optional(integer(0, 300), 0),
  function_response_types: v.optional(v.array(v.literal('ReportBatchItemFailures')), []),
  bisect_batch_on_function_error: v.optional(v.boolean(), false),
  maximum_retry_attempts: limit(0, 10_000),
  maximum_record_age_in_seconds: limit(60, 604_800),
  parallelization_factor: v.optional(v.literal(1, 'only 1 is run here')),
  tumbling_window_in_seconds: v.optional(v.literal(0, 'windows are not run here')),
  destination_config: blocksOf(destinationSchema),
  filter_criteria: filterCriteriaSchema,
  ...harmless('tags'),
});

/** True for a mapping whose source is the stream of a table. */
export function isStreamMapping({ attributes }: ResolvedResource): boolean {
  return STREAM_ARN.test(String(attributes.event_source_arn));
}

/**
 * Undefined for a mapping that is switched off.
 *
 * @throws StackError for an argument or a filter that is not understood, windows, parallel batches of a shard, and for a number
 * that AWS would refuse
 */
export function parseStreamMapping(resource: ResolvedResource): StreamMapping | undefined {
  const mapping = parseArguments(resource, mappingSchema);
  const patterns = mapping.filter_criteria.flatMap(({ filter }) => filter.map(({ pattern }) => pattern));
  const isWanted = parseFilters(`resource.${resource.address}.filter_criteria`, patterns);
  const [onFailure] = mapping.destination_config.flatMap(({ on_failure }) => on_failure);
  if (!mapping.enabled) return undefined;
  return {
    address: resource.address,
    tableName: mapping.event_source_arn,
    streamArn: String(resource.attributes.event_source_arn),
    functionName: mapping.function_name,
    startingPosition: mapping.starting_position,
    batchSize: mapping.batch_size,
    batchWindowMs: mapping.maximum_batching_window_in_seconds * 1000,
    reportsItemFailures: mapping.function_response_types.length > 0,
    bisectsOnError: mapping.bisect_batch_on_function_error,
    maxRetries: mapping.maximum_retry_attempts,
    maxAgeMs: mapping.maximum_record_age_in_seconds * 1000,
    onFailureQueue: onFailure?.destination_arn,
    isWanted,
  };
}
