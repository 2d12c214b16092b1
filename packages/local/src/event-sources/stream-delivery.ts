import { setTimeout as delay } from 'node:timers/promises';
import type { JsonClient } from '../base/json-client.ts';
import type { InvokeResult, LambdaService } from '../lambda/lambda-service.ts';
import { failedMessageIds } from './batch-response.ts';
import { sendGivenUp } from './given-up.ts';
import type { StreamMapping } from './stream-mapping.ts';
import { arrivalMsOf, type StreamRecord, sequenceNumberOf, streamRecord } from './stream-record.ts';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 10_000;

export interface DeliveryParts {
  readonly mapping: StreamMapping;
  readonly shardId: string;
  readonly lambda: Pick<LambdaService, 'invoke'>;
  readonly sqs: JsonClient;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
  /** Told of every batch that goes to the function, and how old its last record is. */
  readonly onBatch?: ((functionName: string, ageMs: number) => void) | undefined;
  /** Told each time that all up to this sequence number is settled. */
  readonly settle: (sequenceNumber: string) => void;
}

type Records = readonly StreamRecord[];

/** Records that are handed over together, and how often they were retried. */
interface Piece {
  readonly records: Records;
  readonly retries: number;
}

/**
 * Hands records to the function, in their order, until each is done or given up: what fails is retried, halved where the
 * mapping says so, and after its last retry or past its age told to the mapping's queue.
 *
 * @throws AbortError when everything stops; what is not settled comes again after the next start
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export async function deliver(records: Records, parts: DeliveryParts): Promise<void> {
  const waiting: Piece[] = [{ records, retries: 0 }];
  for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) {
    waiting.unshift(...(await handOver(piece, parts)));
  }
}

/** Makes one attempt, and returns what is to be handed over next in its place. */
async function handOver({ records, retries }: Piece, parts: DeliveryParts): Promise<readonly Piece[]> {
  const { mapping, lambda, signal } = parts;
  const tooOld = records.filter((record) => Date.now() - arrivalMsOf(record) > mapping.maxAgeMs);
  if (tooOld.length > 0) {
    await giveUp(tooOld, { condition: 'RecordAgeExceeded', invocations: retries }, parts);
    const young = records.slice(tooOld.length);
    return young.length > 0 ? [{ records: young, retries }] : [];
  }
  parts.onBatch?.(mapping.functionName, ageOfLast(records));
  const Records = records.map((record) => streamRecord(record, mapping.streamArn));
  const result = await lambda.invoke(mapping.functionName, JSON.stringify({ Records }));
  const done = countDone(records, result, mapping);
  settle(records.slice(0, done), parts);
  const rest = records.slice(done);
  if (rest.length === 0) return [];
  signal.throwIfAborted(); // a function that was killed when everything stopped has not failed
  if (done > 0) return [{ records: rest, retries }];
  if (mapping.bisectsOnError && rest.length > 1) return halves({ records: rest, retries });
  if (retries >= mapping.maxRetries) {
    await giveUp(rest, { condition: 'RetryAttemptsExhausted', invocations: retries + 1, result }, parts);
    return [];
  }
  await delay(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(retries, 10)), undefined, { signal });
  return [{ records: rest, retries: retries + 1 }];
}

/** Streams say when a record was made to the second. */
function ageOfLast(records: Records): number {
  const last = records.at(-1);
  return last === undefined ? 0 : Math.max(0, Date.now() - arrivalMsOf(last));
}

/** How many of the first records are done: those before the first one that failed. */
function countDone(records: Records, { payload, functionError }: InvokeResult, mapping: StreamMapping): number {
  if (functionError !== undefined) return 0;
  if (!mapping.reportsItemFailures) return records.length;
  const sequenceNumbers = records.map(sequenceNumberOf);
  const failed = failedMessageIds(payload, sequenceNumbers).map((id) => sequenceNumbers.indexOf(id));
  return Math.min(records.length, ...failed);
}

/** Splitting counts as no retry. */
function halves({ records, retries }: Piece): readonly Piece[] {
  const middle = Math.ceil(records.length / 2);
  return [records.slice(0, middle), records.slice(middle)].map((half) => ({ records: half, retries }));
}

interface Outcome {
  readonly condition: 'RecordAgeExceeded' | 'RetryAttemptsExhausted';
  readonly invocations: number;
  readonly result?: InvokeResult;
}

async function giveUp(records: Records, outcome: Outcome, parts: DeliveryParts): Promise<void> {
  const { mapping, shardId, sqs, onError } = parts;
  if (mapping.onFailureQueue === undefined) {
    onError(new Error(`${mapping.address} gave up ${records.length} records: ${outcome.condition}`));
  } else {
    await sendGivenUp({ records, shardId, mapping, ...outcome }, mapping.onFailureQueue, sqs);
  }
  settle(records, parts);
}

function settle(records: Records, parts: DeliveryParts): void {
  const last = records.at(-1);
  if (last !== undefined) parts.settle(sequenceNumberOf(last));
}
