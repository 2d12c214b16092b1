import { expect, it } from '@jest/globals';
import { parseBenchOptions } from './bench-options.ts';

const parse = (...args: string[]) => parseBenchOptions(args, ['a', 'b', 'd']);

it('runs every part, with eleven rounds', () => {
  expect(parse()).toEqual({
    letters: ['a', 'b', 'd'],
    rounds: 11,
    isQuick: false,
    isMarkdown: false,
    jsonFile: '.local/bench.json',
  });
});

it('runs some parts in the order of the table, quickly', () => {
  expect(parse('--only', 'd, a', '--quick', '--markdown', '--json', 'x.json')).toEqual({
    letters: ['a', 'd'],
    rounds: 5,
    isQuick: true,
    isMarkdown: true,
    jsonFile: 'x.json',
  });
});

it('makes as many rounds as it is told', () => {
  expect(parse('--quick', '--rounds', '9')).toMatchObject({ rounds: 9, isQuick: true });
});

it.each([
  [['--only', 'a,x,'], '--only knows a,b,d: not x,'],
  [['--rounds', '0'], '--rounds must be a number from 1 to 1000'],
  [['--rounds', '1e3'], '--rounds must be a number from 1 to 1000'],
])('refuses %j in one line', (args, problem) => {
  expect(() => parse(...args)).toThrow(new Error(problem));
});
