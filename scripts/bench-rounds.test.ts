import { expect, it } from '@jest/globals';
import { interleave, rowsOf } from './bench-rounds.ts';

/** Three variants that note their turns; each takes 10, 20, 30 in the first round and one more in each further one. */
function variants(turns: string[]) {
  return ['a', 'b', 'c'].map((name, index) => {
    let round = -1;
    return {
      name,
      measure: async () => {
        turns.push(name);
        round += 1;
        return { ms: 10 * (index + 1) + round, bytes: 1 };
      },
    };
  });
}

const silent = () => undefined;

it('measures every variant in every round, beginning with another one each time', async () => {
  const turns: string[] = [];
  await interleave(variants(turns), { rounds: 3, warmUpRounds: 1, progress: silent });
  expect(turns.join('')).toBe('abcbcacababc');
});

it('keeps what was measured after the warming up alone, and says where it is', async () => {
  const lines: string[] = [];
  const samples = await interleave(variants([]), { rounds: 2, warmUpRounds: 1, progress: (line) => lines.push(line) });
  expect(samples.get('b')).toEqual([
    { ms: 21, bytes: 1 },
    { ms: 22, bytes: 1 },
  ]);
  expect(lines).toEqual(['warming up, 1 of 1', 'round 1 of 2', 'round 2 of 2']);
});

it('makes a row of each variant, with its ratio to every other baseline', async () => {
  const samples = await interleave(variants([]), { rounds: 1, warmUpRounds: 0, progress: silent });
  const rows = rowsOf(samples, { metric: 'ms', unit: 'ms', baselines: ['a', 'b'], of: ['b', 'c'], suffix: ', time' });
  const same = (value: number) => ({ q1: value, median: value, q3: value });
  expect(rows).toEqual([
    { name: 'b, time', unit: 'ms', ...same(20), ratios: [{ to: 'a', ...same(2) }] },
    {
      name: 'c, time',
      unit: 'ms',
      ...same(30),
      ratios: [
        { to: 'a', ...same(3) },
        { to: 'b', ...same(1.5) },
      ],
    },
  ]);
});

it('refuses a baseline that was not measured', async () => {
  const samples = await interleave(variants([]), { rounds: 1, warmUpRounds: 0, progress: silent });
  expect(() => rowsOf(samples, { metric: 'ms', unit: 'ms', baselines: ['z'] })).toThrow('z was not measured');
});
