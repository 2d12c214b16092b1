import { describe, expect, it } from '@jest/globals';
import { ServiceError } from '../base/json-client.ts';
import { createStreamReader } from './stream-reader.ts';

const record = (SequenceNumber: string) => ({
  eventName: 'INSERT',
  dynamodb: { SequenceNumber, ApproximateCreationDateTime: 1 },
});

/** A reader of a shard, and what it asks, with the answers to `GetRecords` in their order. */
function reading(...answers: readonly (object | Error)[]) {
  const asked: string[] = [];
  const left = [...answers];
  const call = async (action: string, { ShardIterator, SequenceNumber = '' }: Record<string, string>) => {
    asked.push(`${action} ${ShardIterator ?? SequenceNumber}`.trim());
    if (action === 'GetShardIterator') return { ShardIterator: `at ${SequenceNumber || 'the oldest'}` };
    const answer = left.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const reader = createStreamReader({ call } as Parameters<typeof createStreamReader>[0], 'table');
  const read = (after?: string) => reader.read({ streamArn: 'arn', shardId: 'shard', after }, 10);
  return { read, asked };
}

describe('a reader of a shard', () => {
  it('goes on where it was without asking where that is', async () => {
    const none = { Records: [], NextShardIterator: 'second' };
    const { read, asked } = reading(none, { Records: [record('7')], NextShardIterator: 'third' }, none);
    for (const after of [undefined, undefined, '7']) await read(after);
    expect(asked).toEqual(['GetShardIterator', 'GetRecords at the oldest', 'GetRecords second', 'GetRecords third']);
  });

  it('asks where to begin when it is to go on elsewhere, as after a batch of which a part failed', async () => {
    const { read, asked } = reading(
      { Records: [record('7'), record('8')], NextShardIterator: 'second' },
      { Records: [], NextShardIterator: 'third' },
    );
    await read();
    await read('7');
    expect(asked.slice(2)).toEqual(['GetShardIterator 7', 'GetRecords at 7']);
  });

  it('asks where to begin when its iterator has expired', async () => {
    const expired = new ServiceError('ExpiredIteratorException', 'too old');
    const { read, asked } = reading({ Records: [record('7')], NextShardIterator: 'second' }, expired, { Records: [] });
    await read();
    expect(await read('7')).toEqual({ records: [], isAtEnd: true });
    expect(asked.slice(2)).toEqual(['GetRecords second', 'GetShardIterator 7', 'GetRecords at 7']);
  });

  it('fails with whatever else goes wrong', async () => {
    const { read } = reading(
      { Records: [], NextShardIterator: 'second' },
      new ServiceError('InternalServerError', 'no'),
    );
    await read();
    await expect(read()).rejects.toThrow('no');
  });
});
