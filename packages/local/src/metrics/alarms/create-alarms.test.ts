import { describe, expect, it } from '@jest/globals';
import { createMetricStore, MINUTE_MS } from '../create-metric-store.ts';
import { alarmArguments, stackOfAlarms } from './alarms-fixture.ts';
import { type AlarmChange, createAlarms } from './create-alarms.ts';
import { readAlarms } from './read-alarms.ts';

const failed = { namespace: 'test', name: 'Failed', dimensions: { service: 'a' } };

/** One alarm, and a clock that a minute moves on. */
function running(changes: object = {}) {
  let nowMs = Date.UTC(2026, 0, 1, 12, 0, 30);
  const clock = () => nowMs;
  const metrics = createMetricStore({ nowMs: clock });
  const seen: AlarmChange[] = [];
  const definitions = readAlarms(stackOfAlarms({ one: alarmArguments(changes) }));
  const alarms = createAlarms({ definitions, metrics, nowMs: clock, onChange: (change) => seen.push(change) });
  function afterMinutes(minutes: number) {
    for (let at = 0; at < minutes; at += 1) {
      nowMs += MINUTE_MS;
      alarms.evaluate();
    }
    return alarms.find('failures')?.state;
  }
  return { alarms, metrics, seen, afterMinutes };
}

describe('an alarm that runs', () => {
  it('does not know at first, then fires and clears, and says why', () => {
    const { alarms, metrics, seen, afterMinutes } = running();
    expect(alarms.find('failures')?.state).toBe('INSUFFICIENT_DATA');
    expect(afterMinutes(1)).toBe('OK');
    metrics.put(failed, 2, { unit: 'Count' });
    expect(afterMinutes(1)).toBe('ALARM');
    expect(alarms.find('failures')).toMatchObject({
      reason:
        'Threshold Crossed: 1 out of the last 1 datapoint [2.0 (01/01/26 12:01:00)] was greater than the threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition).',
      sinceMs: Date.UTC(2026, 0, 1, 12, 2, 30),
    });
    expect(afterMinutes(3)).toBe('OK');
    expect(seen.map(({ from, to }) => `${from.state} ${to.state}`)).toEqual([
      'INSUFFICIENT_DATA OK',
      'OK ALARM',
      'ALARM OK',
    ]);
    expect(alarms.history()).toEqual(seen);
  });

  it('looks at full minutes alone', () => {
    const { alarms, metrics, afterMinutes } = running();
    afterMinutes(1);
    metrics.put(failed, 2);
    expect(alarms.evaluate()).toEqual([]);
  });

  it('moves a longer window with every minute', () => {
    const { metrics, afterMinutes } = running({ period: 300, threshold: 5 });
    for (const minutes of [2, 2, 1]) {
      metrics.put(failed, 2);
      afterMinutes(minutes);
    }
    expect(afterMinutes(0)).toBe('ALARM');
    expect(afterMinutes(1)).toBe('OK');
  });

  it('computes with several metrics, of which one may be missing', () => {
    const metric = { metric_name: 'Failed', namespace: 'test', period: 60, stat: 'Sum', dimensions: { service: 'a' } };
    const kept = Object.keys(alarmArguments()).filter((name) => !(name in metric) && name !== 'statistic');
    const alarm = Object.fromEntries(kept.map((name) => [name, alarmArguments()[name]]));
    const metric_query = [
      { id: 'failed', metric },
      { id: 'made', metric: { ...metric, metric_name: 'Made' } },
      { id: 'rate', expression: '100 * failed / (failed + FILL(made, 0))', return_data: true },
    ];
    const definitions = readAlarms(stackOfAlarms({ one: { ...alarm, threshold: 50, metric_query } }));
    let nowMs = MINUTE_MS;
    const metrics = createMetricStore({ nowMs: () => nowMs });
    const alarms = createAlarms({ definitions, metrics, nowMs: () => nowMs });
    metrics.put(failed, 1);
    nowMs += MINUTE_MS;
    alarms.evaluate();
    expect(alarms.find('failures')?.state).toBe('ALARM');
    metrics.put(failed, 1);
    metrics.put({ ...failed, name: 'Made' }, 3);
    nowMs += MINUTE_MS;
    alarms.evaluate();
    expect(alarms.find('failures')?.state).toBe('OK');
  });

  it('keeps a state that was set until it is judged again', () => {
    const { alarms, seen, afterMinutes } = running();
    afterMinutes(1);
    alarms.set('failures', { state: 'ALARM', reason: 'a drill', reasonData: undefined });
    alarms.set('nobody', { state: 'ALARM', reason: 'a drill', reasonData: undefined });
    expect(alarms.find('failures')).toMatchObject({ state: 'ALARM', reason: 'a drill' });
    expect(afterMinutes(1)).toBe('OK');
    expect(seen).toHaveLength(3);
  });

  it.each([
    [
      'breaching',
      'ALARM',
      /no datapoints were received for 1 period and 1 missing datapoint was treated as \[Breaching\]/,
    ],
    ['missing', 'INSUFFICIENT_DATA', /Unchecked/],
    ['ignore', 'INSUFFICIENT_DATA', /Unchecked/],
  ])('without data that treats it as %s is %s', (treat_missing_data, state, reason) => {
    const { alarms, afterMinutes } = running({ treat_missing_data });
    expect(afterMinutes(1)).toBe(state);
    expect(alarms.find('failures')?.reason).toMatch(reason);
  });
});
