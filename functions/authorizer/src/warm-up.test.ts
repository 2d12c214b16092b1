import type { Issuer } from '@cloakroom/auth';
import { recordTelemetry } from '@cloakroom/testing';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { warmUp } from './warm-up.ts';

const NEVER = new Promise<void>(() => undefined);
const issuers = Array.from({ length: 200 }, (_, index) => ({ alias: `tenant-${index}` }) as Issuer);

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A warm-up of so many issuers, each of whose key sets takes so long. */
function started(count: number, take: (alias: string) => Promise<void>) {
  const { log, lines } = recordTelemetry();
  const asked: string[] = [];
  let tookMs: number | undefined;
  const beganMs = Date.now();
  const keys = {
    warmUp({ alias }: Issuer) {
      asked.push(alias);
      return take(alias);
    },
  };
  const done = warmUp({ keys, issuers: issuers.slice(0, count), log }).then(() => {
    tookMs = Date.now() - beganMs;
  });
  return { asked, lines, done, tookMs: () => tookMs };
}

it('gets the keys of the first three of two hundred issuers, and says nothing', async () => {
  const { asked, lines, done } = started(200, async () => undefined);
  await done;
  expect(asked).toEqual(['tenant-0', 'tenant-1', 'tenant-2']);
  expect(lines).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});

it('waits less than a second in all for what hangs, and says so', async () => {
  const { asked, lines, tookMs } = started(200, () => NEVER);
  await jest.advanceTimersByTimeAsync(899);
  expect(tookMs()).toBeUndefined();
  await jest.advanceTimersByTimeAsync(1);
  expect(tookMs()).toBe(900);
  expect(asked).toHaveLength(3);
  expect(lines.map(({ code, fields }) => [code, fields.issuer])).toEqual([
    ['authorizer.warm_up_late', 'tenant-0'],
    ['authorizer.warm_up_late', 'tenant-1'],
    ['authorizer.warm_up_late', 'tenant-2'],
  ]);
});

it('gets the keys of the others where one hangs', async () => {
  const { lines, asked, done } = started(2, (alias) => (alias === 'tenant-0' ? NEVER : Promise.resolve()));
  await jest.advanceTimersByTimeAsync(300);
  await done;
  expect(asked).toEqual(['tenant-0', 'tenant-1']);
  expect(lines.map(({ fields }) => fields.issuer)).toEqual(['tenant-0']);
});
