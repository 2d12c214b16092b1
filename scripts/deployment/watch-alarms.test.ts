import { describe, expect, it } from '@jest/globals';
import { type Watch, watchAlarms } from './watch-alarms.ts';

const WATCH: Watch = { region: 'eu-central-1', prefix: 'cloakroom-prod-', bakeMs: 60_000, before: [] };

/** Alarms that fire, one list for each time that they are asked for; an error is thrown. The last one stays. */
function alarms(...answers: readonly (readonly string[] | Error)[]) {
  const asked: string[] = [];
  let nowMs = 0;
  const tools = {
    read(program: string, args: readonly string[]) {
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push([program, ...args].join(' '));
      if (answer instanceof Error) throw answer;
      const firing = answer?.map((AlarmName) => ({ AlarmName, StateValue: 'ALARM' })) ?? [];
      const quiet = { AlarmName: 'quiet', StateValue: 'INSUFFICIENT_DATA' };
      return JSON.stringify({ MetricAlarms: [quiet], CompositeAlarms: firing });
    },
    say: () => undefined,
    nowMs: () => nowMs,
    async wait(durationMs: number) {
      nowMs += durationMs;
    },
  };
  return { tools, asked, passedMs: () => nowMs };
}

describe('watchAlarms', () => {
  it('asks until the time is over, for the alarms of the environment that fire', async () => {
    const { tools, asked, passedMs } = alarms([]);
    expect(await watchAlarms(WATCH, tools)).toEqual([]);
    expect(passedMs()).toBe(60_000);
    expect(asked).toHaveLength(5);
    expect(asked[0]).toBe(
      'aws cloudwatch describe-alarms --alarm-name-prefix cloakroom-prod- --alarm-types MetricAlarm CompositeAlarm --region eu-central-1 --output json',
    );
  });

  it('ends at once when one fires', async () => {
    const { tools, passedMs } = alarms([], ['cloakroom-prod-denied-rate']);
    expect(await watchAlarms(WATCH, tools)).toEqual(['cloakroom-prod-denied-rate']);
    expect(passedMs()).toBe(15_000);
  });

  it('takes one that fired before for nothing new, until it has stopped', async () => {
    const watch = { ...WATCH, before: ['old'] };
    expect(await watchAlarms(watch, alarms(['old']).tools)).toEqual([]);
    expect(await watchAlarms(watch, alarms(['old'], [], ['old']).tools)).toEqual(['old']);
  });

  it('asks again when CloudWatch does not answer, also at the end, and gives up after the fourth time', async () => {
    const error = new Error('Throttling');
    expect(await watchAlarms({ ...WATCH, bakeMs: 0 }, alarms(error, error, error, ['new']).tools)).toEqual(['new']);
    await expect(watchAlarms(WATCH, alarms(error).tools)).rejects.toThrow('Throttling');
  });
});
