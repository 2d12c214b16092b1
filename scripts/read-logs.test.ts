import type { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from '@jest/globals';
import type { Logs } from './log-groups.ts';
import { logReader } from './read-logs.ts';

type Page = readonly (readonly [timestamp: number, message: string])[];

/** Answers the pages of each group one after the other. */
function fakeLogs(groups: Readonly<Record<string, readonly Page[]>>) {
  const asked: object[] = [];
  const send = async ({ input }: FilterLogEventsCommand) => {
    asked.push(input);
    const index = Number(input.nextToken ?? 0);
    const pages = groups[input.logGroupName ?? ''] ?? [];
    const events = pages[index]?.map(([timestamp, message]) => ({ timestamp, message, eventId: message }));
    return { events, ...(index + 1 < pages.length ? { nextToken: String(index + 1) } : {}) };
  };
  return { logs: { send } as unknown as Logs, asked };
}

describe('reading logs', () => {
  it('puts the events of all groups in order, over pages, empty ones too', async () => {
    const { logs, asked } = fakeLogs({
      a: [
        [[1, 'a1']],
        [],
        [
          [4, 'a4'],
          [5, 'a5'],
        ],
      ],
      b: [
        [
          [2, 'b2'],
          [4, 'b4'],
        ],
        [[6, 'b6']],
      ],
      c: [[]],
    });
    const read = logReader(logs, new AbortController().signal);
    const found: string[] = [];
    for await (const { message } of read({ groups: ['a', 'b', 'c'], pattern: '{ x }', startMs: 1 }))
      found.push(message);
    expect(found).toEqual(['a1', 'b2', 'a4', 'b4', 'a5', 'b6']);
    expect(asked[0]).toEqual({ logGroupName: 'a', startTime: 1, filterPattern: '{ x }', nextToken: undefined });
  });
});
