import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { failedMessageIds } from './batch-response.ts';

const ids = ['a', 'b', 'c'];

describe('failedMessageIds', () => {
  it.each(['null', '{}', '{"batchItemFailures":[]}', '{"batchItemFailures":null}'])(
    'takes %s for success',
    (payload) => {
      expect(failedMessageIds(payload, ids)).toEqual([]);
    },
  );

  it('names those that the function names', () => {
    expect(failedMessageIds('{"batchItemFailures":[{"itemIdentifier":"b"}]}', ids)).toEqual(['b']);
  });

  it.each([
    'no JSON',
    '"text"',
    '[]',
    '{"batchItemFailures":{}}',
    '{"batchItemFailures":["b"]}',
    '{"batchItemFailures":[{"itemIdentifier":""}]}',
    '{"batchItemFailures":[{"itemIdentifier":null}]}',
    '{"batchItemFailures":[{"id":"b"}]}',
    '{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"unknown"}]}',
  ])('takes %s for the failure of the whole batch', (payload) => {
    expect(failedMessageIds(payload, ids)).toEqual(ids);
  });

  it('names only messages of the batch, whatever the function answers', () => {
    fc.assert(
      fc.property(fc.json(), (payload) => {
        expect(failedMessageIds(payload, ids).every((id) => ids.includes(id))).toBe(true);
      }),
    );
  });
});
