import { expect, it } from '@jest/globals';
import { createLineCounts } from './count-lines.ts';
import { anEvent } from './log-fixture.ts';

it('counts lines by the values of their fields, the most frequent first', () => {
  const counts = createLineCounts(['reason', 'route']);
  const rare = { reason: 'service_refused', route: 'GET /x' };
  for (const line of [rare, { reason: 'session_required' }, { ...rare, route: 'GET /y' }]) counts.add(anEvent(line));
  for (let count = 0; count < 10; count += 1) counts.add(anEvent({ reason: 'session_ended', route: 'GET /x' }));
  expect(counts.table()).toEqual([
    '10 reason=session_ended route="GET /x"',
    ' 1 reason=service_refused route="GET /x"',
    ' 1 reason=service_refused route="GET /y"',
    ' 1 reason=session_required route=-',
  ]);
});

it('finds fields within fields', () => {
  const counts = createLineCounts(['error.code', 'error.cause.name']);
  expect(counts.add(anEvent({ error: { code: 'C', cause: { name: 'N' } } }))).toBe(true);
  expect(counts.table()).toEqual(['1 error.code=C error.cause.name=N']);
});

it.each(['Task timed out', { message: 'm' }])('leaves out a line without them: %j', (line) => {
  const counts = createLineCounts(['reason']);
  expect([counts.add(anEvent(line)), counts.table()]).toEqual([false, []]);
});
