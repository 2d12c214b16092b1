import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JsonClient } from '../base/json-client.ts';
import { type Checkpoints, openCheckpoints } from './checkpoints.ts';
import { type DeliveryParts, deliver } from './stream-delivery.ts';
import type { StreamMapping } from './stream-mapping.ts';
import { createStreamReader, type Shard, type StreamReader } from './stream-reader.ts';
import { type StreamRecord, sequenceNumberOf } from './stream-record.ts';

/** Lambda polls a shard four times a second. */
const POLL_MS = 250;
/** After a failure that is not the function's own, a shard rests this long. */
const RETRY_AFTER_MS = 1000;
/** Shards follow one another after hours. */
const NEW_SHARDS_MS = 2000;

export interface StreamPollerParts extends Pick<DeliveryParts, 'lambda' | 'sqs' | 'signal' | 'onError' | 'onBatch'> {
  readonly streams: JsonClient;
  /** Where checkpoints are kept. */
  readonly checkpointsDir: string;
}

/** The stream that a mapping reads. */
interface Following {
  readonly mapping: StreamMapping;
  readonly parts: StreamPollerParts;
  readonly reader: StreamReader;
  readonly streamArn: string;
  readonly checkpoints: Checkpoints;
}

/** Hands the changes of a table to the mapping's function, shard by shard, until the signal: a child after its parent. */
export async function followStream(mapping: StreamMapping, parts: StreamPollerParts): Promise<void> {
  const { signal } = parts;
  const following = await persist(() => open(mapping, parts), parts);
  if (following === undefined) return;
  const running = new Map<string, Promise<void>>();
  while (!signal.aborted) {
    const shards = await persist(() => following.reader.shards(following.streamArn), parts);
    for (const shard of shards?.filter((one) => isNext(one, shards, following)) ?? []) {
      if (!running.has(shard.id)) running.set(shard.id, followShard(shard.id, following));
    }
    await rest(NEW_SHARDS_MS, signal);
  }
  await Promise.all(running.values());
}

async function open(mapping: StreamMapping, parts: StreamPollerParts): Promise<Following> {
  const reader = createStreamReader(parts.streams, mapping.tableName);
  const streamArn = await reader.streamArn();
  const checkpoints = openCheckpoints(join(parts.checkpointsDir, `${mapping.address}.json`), streamArn);
  const following = { mapping, parts, reader, streamArn, checkpoints };
  if (!checkpoints.isStarted) await begin(following);
  return following;
}

/** Writes down where the mapping begins, so that nothing after this moment is missed, however often it is restarted. */
async function begin({ mapping, reader, streamArn, checkpoints }: Following): Promise<void> {
  for (const { id } of await reader.shards(streamArn)) {
    let after: string | undefined;
    if (mapping.startingPosition === 'LATEST') {
      for (;;) {
        const { records } = await reader.read({ streamArn, shardId: id, after }, 1000);
        const last = records.at(-1);
        if (last === undefined) break;
        after = sequenceNumberOf(last);
      }
    }
    checkpoints.set(id, after === undefined ? {} : { after });
  }
}

function isNext({ id, parentId }: Shard, shards: readonly Shard[], { checkpoints }: Following): boolean {
  if (checkpoints.get(id)?.isDone === true) return false;
  const hasParent = shards.some((other) => other.id === parentId);
  return !hasParent || parentId === undefined || checkpoints.get(parentId)?.isDone === true;
}

/** Reads a shard to its end. */
async function followShard(shardId: string, following: Following): Promise<void> {
  const { checkpoints, parts } = following;
  while (!parts.signal.aborted && checkpoints.get(shardId)?.isDone !== true) {
    await persist(() => followOnce(shardId, following), parts);
  }
}

/** Collects one batch and delivers it. */
async function followOnce(shardId: string, following: Following): Promise<void> {
  const { mapping, parts, checkpoints } = following;
  const { records, after, isAtEnd } = await collect(shardId, following);
  if (records.length > 0) {
    const settle = (upTo: string) => checkpoints.set(shardId, { after: upTo });
    await deliver(records, { ...parts, mapping, shardId, settle });
  }
  // What was passed over is settled once all before it is.
  if (after !== undefined && after !== checkpoints.get(shardId)?.after) checkpoints.set(shardId, { after });
  if (isAtEnd) checkpoints.set(shardId, { ...checkpoints.get(shardId), isDone: true });
}

/**
 * Waits for a first record that is wanted, then for more until the batch is full or its window has passed. `after` is the last that
 * was read; where none is wanted, it returns at once with no records.
 */
async function collect(shardId: string, { mapping, parts, reader, streamArn, checkpoints }: Following) {
  const records: StreamRecord[] = [];
  let after = checkpoints.get(shardId)?.after;
  let windowEndMs = Number.POSITIVE_INFINITY;
  for (;;) {
    const found = await reader.read({ streamArn, shardId, after }, mapping.batchSize - records.length);
    parts.signal.throwIfAborted();
    const last = found.records.at(-1);
    if (last !== undefined) after = sequenceNumberOf(last);
    const wanted = found.records.filter(mapping.isWanted);
    if (records.length === 0 && wanted.length > 0) windowEndMs = Date.now() + mapping.batchWindowMs;
    records.push(...wanted);
    const isFull = records.length >= mapping.batchSize || Date.now() >= windowEndMs;
    const isPassedOver = records.length === 0 && found.records.length > 0;
    if (isFull || isPassedOver || found.isAtEnd) return { records, after, isAtEnd: found.isAtEnd };
    await delay(Math.max(0, Math.min(POLL_MS, windowEndMs - Date.now())), undefined, { signal: parts.signal });
  }
}

/** Tries until it succeeds or everything stops, and says what was in the way. */
async function persist<T>(attempt: () => Promise<T>, { signal, onError }: StreamPollerParts): Promise<T | undefined> {
  while (!signal.aborted) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) break;
      onError(error);
      await rest(RETRY_AFTER_MS, signal);
    }
  }
  return undefined;
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal }).catch(() => undefined);
}
