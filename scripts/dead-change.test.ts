import { describe, expect, it } from '@jest/globals';
import { describeDeadChange, parseDeadChange } from './dead-change.ts';

const Keys = { user_key: { S: 'U#pool#canary' }, item: { S: 'SESSION#AAAAAAAAcanary' } };
const NewImage = { ...Keys, ip: { S: 'canary' } };
const record = { eventName: 'INSERT', dynamodb: { Keys, NewImage, SequenceNumber: '700' } };
const reason = 'a stored SESSION item is malformed: kind';
const info = {
  shardId: 'shardId-1',
  startSequenceNumber: '700',
  endSequenceNumber: '702',
  batchSize: 2,
  streamArn: 'arn:aws:dynamodb:eu-central-1:1:table/t/stream/s',
};
const requestContext = { condition: 'RetryAttemptsExhausted' };

describe('a letter among the changes', () => {
  it.each([
    [{ version: 1, reason, record }, 'record'],
    [{ version: 1, reason, record, imagesLeftOut: true }, 'bare record'],
    [{ requestContext, DDBStreamBatchInfo: info }, 'place'],
    [{ DDBStreamBatchInfo: info }, 'place'],
    [{ DDBStreamBatchInfo: { ...info, startSequenceNumber: 'x' } }, 'unknown'],
    [{ DDBStreamBatchInfo: null }, 'unknown'],
    [{ reason, record: [] }, 'unknown'],
    [[], 'unknown'],
    ['text', 'unknown'],
  ])('is told by its form: %j is a %s', (letter, kind) => {
    expect(parseDeadChange(JSON.stringify(letter)).kind).toBe(kind);
  });

  it('is nothing of ours when it is no JSON', () => {
    expect(parseDeadChange('{"record":')).toEqual({ kind: 'unknown' });
  });

  it('is described by what it is and why it is here, and not by whom it concerns', () => {
    const lines = [
      { reason, record },
      { reason, record, imagesLeftOut: true },
      { requestContext, DDBStreamBatchInfo: info },
    ];
    expect([
      ...lines.map((letter) => describeDeadChange(JSON.stringify(letter))),
      describeDeadChange('canary'),
    ]).toEqual([
      `INSERT of SESSION#AAAAAAAA…, 700: ${reason}`,
      `INSERT of SESSION#AAAAAAAA…, 700: ${reason} (without images)`,
      '2 changes of shardId-1, 700 to 702: RetryAttemptsExhausted',
      'no change of ours (6 B)',
    ]);
    expect(describeDeadChange(JSON.stringify({ reason, record: {} }))).not.toContain('canary');
  });
});
