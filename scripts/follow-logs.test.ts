import { describe, expect, it } from '@jest/globals';
import { followLogs } from './follow-logs.ts';
import type { LogEvent } from './log-event.ts';
import { anEvent } from './log-fixture.ts';

describe('following', () => {
  /** What each search finds of `rounds`; the last one ends it. */
  async function follow(rounds: readonly (readonly LogEvent[])[], overlapMs = 100) {
    const abort = new AbortController();
    const starts: number[] = [];
    const shown: string[] = [];
    const search = async (startMs: number) => {
      const found = rounds[starts.length] ?? [];
      starts.push(startMs);
      if (starts.length >= rounds.length) abort.abort();
      return found.filter(({ timestampMs }) => timestampMs >= startMs);
    };
    let now = 1000;
    const nowMs = () => {
      now += 50;
      return now;
    };
    const options = { search, startMs: 900, nowMs, overlapMs, pauseMs: 1, signal: abort.signal };
    for await (const { message } of followLogs(options)) shown.push(message);
    return { shown, starts };
  }
  const at = (timestampMs: number, message: string, group = 'g') => anEvent(message, { timestampMs, group });

  it('shows each event once, also one that is told of late', async () => {
    const [one, two, late] = [at(1000, 'one'), at(1040, 'two'), at(1020, 'late')];
    const { shown, starts } = await follow([[one], [one, two], [one, late, two]]);
    expect(shown).toEqual(['one', 'two', 'late']);
    expect(starts).toEqual([900, 950, 1000]);
  });

  it('takes the same id in two groups for two events', async () => {
    const one = at(1000, 'one');
    expect((await follow([[one, { ...one, group: 'h', message: 'other' }]])).shown).toEqual(['one', 'other']);
  });

  it('asks from the beginning where everything may overlap', async () => {
    expect((await follow([[], [], []], Number.POSITIVE_INFINITY)).starts).toEqual([900, 900, 900]);
  });
});
