import { setTimeout as delay } from 'node:timers/promises';
import { StackError } from '../base/errors.ts';
import type { JsonClient } from '../base/json-client.ts';
import type { LambdaService } from '../lambda/lambda-service.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';
import { assertMayPoll } from './assert-may-poll.ts';
import { parseSqsMapping, type SqsMapping } from './mapping-config.ts';
import { pollOnce } from './sqs-poller.ts';
import { isStreamMapping, parseStreamMapping } from './stream-mapping.ts';
import { followStream } from './stream-poller.ts';

/** After a failure that is not the function's own, a poller rests this long. */
const RETRY_AFTER_MS = 1000;

export interface EventSourceOptions {
  readonly stack: ResolvedStack;
  readonly sqs: JsonClient;
  /** DynamoDB's streams. */
  readonly streams: JsonClient;
  /** Where it is kept how far each stream was read. */
  readonly checkpointsDir: string;
  readonly lambda: Pick<LambdaService, 'find' | 'invoke'>;
  /** Batches in flight per queue; Lambda runs no more than the function's environments at a time. */
  readonly pollers?: number;
  readonly onError: (error: unknown) => void;
  /** Told of every batch of a stream: see `DeliveryParts`. */
  readonly onBatch?: (functionName: string, ageMs: number) => void;
}

/** How long batches in flight may take to end, when everything stops. */
const STOP_GRACE_MS = 2000;

/** The running event source mappings. */
export interface EventSources {
  /**
   * Takes no more and waits two seconds for the batches in flight. Messages that are not done come back after their visibility
   * timeout, records of streams after the next start.
   */
  stop(): Promise<void>;
}

/**
 * Polls the queues and streams of every enabled `aws_lambda_event_source_mapping`.
 *
 * @throws StackError when a mapping is not understood or its function is not in the stack
 */
export function startEventSources(options: EventSourceOptions): EventSources {
  const { pollers = 3 } = options;
  const { queues, streams } = readMappings(options);
  const stopping = new AbortController();
  const { signal } = stopping;
  const loops = [
    ...queues.flatMap((mapping) =>
      Array.from({ length: Math.min(pollers, mapping.maxConcurrency) }, () => pollForever(mapping, options, signal)),
    ),
    ...streams.map((mapping) => followStream(mapping, { ...options, signal })),
  ];
  return {
    async stop() {
      stopping.abort();
      const grace = new AbortController();
      await Promise.race([Promise.all(loops), delay(STOP_GRACE_MS, undefined, { signal: grace.signal })]);
      grace.abort();
    },
  };
}

type Finder = Pick<LambdaService, 'find'>;

/**
 * The event source mappings that are switched on.
 *
 * @throws StackError as {@link startEventSources}
 */
export function readMappings({ stack, lambda }: { readonly stack: ResolvedStack; readonly lambda: Finder }) {
  const resources = stack.list('aws_lambda_event_source_mapping');
  const ofStreams = resources.filter(isStreamMapping);
  const ofQueues = resources.filter((resource) => !ofStreams.includes(resource));
  const queues = ofQueues.flatMap((resource) => parseSqsMapping(resource) ?? []);
  const streams = ofStreams.flatMap((resource) => parseStreamMapping(resource) ?? []);
  const missing = [...queues, ...streams].find(({ functionName }) => lambda.find(functionName) === undefined);
  if (missing !== undefined) {
    throw new StackError(`resource.${missing.address}.function_name`, `there is no function ${missing.functionName}`);
  }
  for (const mapping of queues) assertVisibility(mapping, stack, lambda);
  assertMayPoll([...queues, ...streams], { stack, lambda });
  return { queues, streams };
}

/** A message that came back while its function still works would be worked on twice: AWS refuses such a mapping. */
function assertVisibility({ address, queueArn, functionName }: SqsMapping, stack: ResolvedStack, lambda: Finder): void {
  const queue = stack.list('aws_sqs_queue').find(({ attributes }) => attributes.arn === queueArn);
  const name = lambda.find(functionName)?.functionName;
  const target = stack.list('aws_lambda_function').find(({ attributes }) => attributes.function_name === name);
  const visibilitySeconds = Number(queue?.attributes.visibility_timeout_seconds ?? 30);
  const timeoutSeconds = Number(target?.attributes.timeout ?? 3);
  if (visibilitySeconds >= timeoutSeconds) return;
  const problem = `messages come back after ${visibilitySeconds} s, but the function may take ${timeoutSeconds} s`;
  throw new StackError(`resource.${address}.event_source_arn`, problem);
}

async function pollForever(mapping: SqsMapping, options: EventSourceOptions, signal: AbortSignal): Promise<void> {
  const { sqs, lambda, onError } = options;
  while (!signal.aborted) {
    try {
      await pollOnce(mapping, { sqs, lambda, signal });
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
      await delay(RETRY_AFTER_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
