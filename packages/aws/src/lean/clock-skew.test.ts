import { expect, it } from '@jest/globals';
import { createSigningClock } from './clock-skew.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const HOUR = 3_600_000;

function refusal(awsMs: number, changes: { code?: string; signedAtMs?: number; headers?: object } = {}) {
  const { code = 'InvalidSignatureException', signedAtMs = NOW, headers = {} } = changes;
  return { code, signedAtMs, answer: { headers: { date: new Date(awsMs).toUTCString(), ...headers } } };
}

it("takes AWS's time from a refusal that speaks of the time, either way", () => {
  for (const awsMs of [NOW + HOUR, NOW - HOUR]) {
    const clock = createSigningClock(() => NOW);
    expect(clock.correct(refusal(awsMs))).toBe(true);
    expect(clock.nowMs()).toBe(awsMs);
  }
});

it.each([
  ['the time was right', refusal(NOW + 239_000)],
  ['the refusal is of another kind', refusal(NOW + HOUR, { code: 'AccessDeniedException' })],
  ['the answer was kept by a proxy', refusal(NOW + HOUR, { headers: { age: '3600' } })],
  ['the answer has no date', refusal(NOW + HOUR, { headers: { date: undefined } })],
])('leaves the clock alone when %s', (_, said) => {
  const clock = createSigningClock(() => NOW);
  expect(clock.correct(said)).toBe(false);
  expect(clock.nowMs()).toBe(NOW);
});

it('says so to each request that was signed before the clock was put right', () => {
  const clock = createSigningClock(() => NOW);
  const inFlight = [refusal(NOW + HOUR), refusal(NOW + HOUR)];
  expect(inFlight.map((said) => clock.correct(said))).toEqual([true, true]);
  expect(clock.correct(refusal(NOW + HOUR, { signedAtMs: NOW + HOUR }))).toBe(false);
});
