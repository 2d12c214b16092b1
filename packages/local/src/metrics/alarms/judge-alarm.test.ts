import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AlarmRule, type AlarmState, MISSING_DATA } from './alarm.ts';
import { judgeAlarm } from './judge-alarm.ts';

const SYMBOLS = { '0': 1, X: 9, '-': undefined } as const;
const STATES = { A: 'ALARM', O: 'OK', I: 'INSUFFICIENT_DATA', R: undefined } as const;

function judged(row: string, rule: Partial<AlarmRule>): AlarmState | undefined {
  const series = row.split(' ').map((symbol) => SYMBOLS[symbol as keyof typeof SYMBOLS]);
  const defaults = { comparison: 'GreaterThanThreshold', threshold: 5, evaluationPeriods: 3 } as const;
  return judgeAlarm({ ...defaults, datapointsToAlarm: 3, treatMissingData: 'missing', ...rule }, series).state;
}

/** Values, and what comes of them where missing ones are missing, ignored, breaching, not breaching; R: it stays what it was. */
const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

// The tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
describe.each([
  [3, '0 - X - X', 'O O O O'],
  [3, '0 - - - -', 'O O O O'],
  [3, '- - - - -', 'I R A O'],
  [3, '0 X X - X', 'A A A A'],
  [3, '- - X - -', 'A R A O'],
  [2, '0 - X - X', 'A A A A'],
  [2, '0 0 X 0 X', 'A A A A'],
  [2, '0 - X - -', 'O O A O'],
  [2, '- - - - 0', 'O O A O'],
  [2, '- - - X -', 'A R A O'],
])('an alarm of %i out of 3 that sees %s', (datapointsToAlarm, row, expected) => {
  it.each(TREATMENTS.map((treatment, at) => [treatment, expected.split(' ')[at]]))(
    'and treats missing data as %s',
    (treatment, state) => {
      const treatMissingData = MISSING_DATA.find((one) => one === treatment) ?? 'missing';
      expect(judged(row, { datapointsToAlarm, treatMissingData })).toBe(STATES[state as keyof typeof STATES]);
    },
  );
});

describe('an alarm', () => {
  it('waits for more where the only value is breaching and too new', () => {
    expect(judged('- - - - X', {})).toBe('OK');
    expect(judged('- - - X -', {})).toBe('OK');
  });

  it('clears with the newest values, whatever there was before', () => {
    expect(judged('X X 0 0 0', { datapointsToAlarm: 1 })).toBe('OK');
    expect(judged('X X X 0 0', { datapointsToAlarm: 1 })).toBe('ALARM');
  });

  const range = fc.array(fc.constantFrom('0', 'X', '-'), { minLength: 5, maxLength: 5 });
  const rules = fc.record({
    datapointsToAlarm: fc.integer({ min: 1, max: 3 }),
    treatMissingData: fc.constantFrom(...MISSING_DATA),
  });

  it('is never cleared by a value that is breaching instead of not', () => {
    fc.assert(
      fc.property(range, rules, fc.nat(4), (values, rule, at) => {
        fc.pre(values[at] === '0');
        const before = judged(values.join(' '), rule);
        expect([before, judged(values.with(at, 'X').join(' '), rule)]).not.toEqual(['ALARM', 'OK']);
      }),
    );
  });

  it('does not ask how missing data are treated where there are values enough', () => {
    fc.assert(
      fc.property(range, rules, (values, rule) => {
        fc.pre(values.filter((value) => value !== '-').length >= 3);
        const states = MISSING_DATA.map((treatMissingData) => judged(values.join(' '), { ...rule, treatMissingData }));
        expect(new Set(states).size).toBe(1);
      }),
    );
  });

  it.each([
    ['GreaterThanThreshold', 'O O A'],
    ['GreaterThanOrEqualToThreshold', 'O A A'],
    ['LessThanThreshold', 'A O O'],
    ['LessThanOrEqualToThreshold', 'A A O'],
  ] as const)('compares by %s', (comparison, expected) => {
    const rule = {
      comparison,
      threshold: 5,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: 'missing',
    } as const;
    const states = [4, 5, 6].map((value) => judgeAlarm(rule, [value]).state);
    expect(states).toEqual(expected.split(' ').map((letter) => STATES[letter as keyof typeof STATES]));
  });
});
