import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createStepRunner, StepFailure, StepLeftOut, type StepResult } from './smoke-steps.ts';

afterEach(() => void jest.useRealTimers());

function recorded() {
  const reported: StepResult[] = [];
  const waited: (readonly [string, number])[] = [];
  const runner = createStepRunner({
    report: (result) => reported.push(result),
    waiting: (...told) => waited.push(told),
  });
  return { runner, reported, waited };
}

const step = (name: string, run: () => Promise<string | undefined>) => ({ name, next: `mend ${name}`, run });
const rejecting = (error: unknown) => step('a', () => Promise.reject(error));

describe('the steps of scripts/smoke', () => {
  it('end at the first that fails; the rest is named as not tried, and none of it runs', async () => {
    const { runner, reported } = recorded();
    const ran: string[] = [];
    const passing = (name: string) =>
      step(name, async () => {
        ran.push(name);
        return undefined;
      });
    const outcome = await runner.run([passing('a'), step('b', () => Promise.reject(new Error('no'))), passing('c')]);
    expect([outcome, ran]).toEqual(['failed', ['a']]);
    expect(reported).toEqual([
      { step: 'a', outcome: 'passed', ms: expect.any(Number) },
      { step: 'b', outcome: 'failed', ms: expect.any(Number), problem: 'no', next: 'mend b' },
      { step: 'c', outcome: 'left out', ms: 0, detail: 'not tried, since "b" failed' },
    ]);
    expect(runner.results).toEqual(reported);
  });

  it('go on after one that is left out', async () => {
    const { runner, reported } = recorded();
    const leftOut = step('a', () => Promise.reject(new StepLeftOut('not here')));
    expect(await runner.run([leftOut, step('b', async () => 'found')])).toBe('passed');
    expect(reported).toMatchObject([
      { outcome: 'left out', detail: 'not here' },
      { outcome: 'passed', detail: 'found' },
    ]);
  });

  it.each([
    ['of the failure before that of the step', new StepFailure('bad', 'do this'), 'bad', 'do this'],
    ['of the step where the failure has none', new StepFailure('bad'), 'bad', 'mend a'],
    [
      'with why a fetch failed',
      new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') }),
      'connect ECONNREFUSED 127.0.0.1:1',
      'mend a',
    ],
    [
      'with why each address refused',
      new AggregateError([new Error('connect ECONNREFUSED ::1:1'), new Error('connect ECONNREFUSED 127.0.0.1:1')]),
      'connect ECONNREFUSED ::1:1',
      'mend a',
    ],
  ])('tell what to do: %s', async (_, error, problem, next) => {
    const { runner, reported } = recorded();
    await runner.run([rejecting(error)]);
    expect(reported).toMatchObject([{ outcome: 'failed', problem, next }]);
  });

  it('say every five seconds that they still wait, and nothing once they are over', async () => {
    jest.useFakeTimers();
    const { runner, waited } = recorded();
    const event = Promise.withResolvers<undefined>();
    const running = runner.run([step('an event', () => event.promise)]);
    await jest.advanceTimersByTimeAsync(11_000);
    event.resolve(undefined);
    await running;
    await jest.advanceTimersByTimeAsync(11_000);
    expect(waited).toEqual([
      ['an event', 5],
      ['an event', 10],
    ]);
  });
});
