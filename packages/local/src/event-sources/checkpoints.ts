import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';

const checkpointSchema = v.object({ after: v.optional(v.string()), isDone: v.optional(v.boolean(), false) });

/** How far a shard was read: to a sequence number, or from its beginning; `isDone` when it was read to its end. */
type Checkpoint = v.InferInput<typeof checkpointSchema>;

const fileSchema = v.object({ streamArn: v.string(), shards: v.record(v.string(), checkpointSchema) });

/** How far one mapping has read a stream. Every change is on the disk before it counts. */
export interface Checkpoints {
  /** False until something was kept: the stream was never read. */
  readonly isStarted: boolean;
  get(shardId: string): Checkpoint | undefined;
  set(shardId: string, checkpoint: Checkpoint): void;
}

/** Those of another stream are forgotten: its records are gone. */
export function openCheckpoints(file: string, streamArn: string): Checkpoints {
  const found = readFile(file);
  const shards = new Map(found?.streamArn === streamArn ? Object.entries<Checkpoint>(found.shards) : []);
  mkdirSync(dirname(file), { recursive: true });
  return {
    get isStarted() {
      return shards.size > 0;
    },
    get: (shardId) => shards.get(shardId),
    set(shardId, checkpoint) {
      shards.set(shardId, checkpoint);
      // Written beside and renamed: whoever is killed in between leaves the old one.
      writeFileSync(`${file}.new`, JSON.stringify({ streamArn, shards: Object.fromEntries(shards) }));
      renameSync(`${file}.new`, file);
    },
  };
}

function readFile(file: string): v.InferOutput<typeof fileSchema> | undefined {
  try {
    return v.parse(fileSchema, JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // not there, or not ours: then all that the stream still holds is delivered again
  }
}
