import { describe, expect, it } from '@jest/globals';
import { parseOptions } from './options.ts';

describe('the options of a restore', () => {
  it('name the environment, the time and the tables', () => {
    expect(parseOptions(['prod', '--to', '2026-01-31T12:00:00+01:00', '--tables', 'events,sessions', '--yes'])).toEqual(
      {
        environment: 'prod',
        to: Date.UTC(2026, 0, 31, 11),
        tables: ['events', 'sessions'],
        resume: false,
        yes: true,
      },
    );
    expect(parseOptions(['prod', '--latest'])).toMatchObject({ to: 'latest', tables: ['sessions'] });
    expect(parseOptions(['prod', '--resume'])).toMatchObject({ to: undefined, resume: true });
  });

  it.each([
    [[], 'usage: '],
    [['prod'], 'say one of --to, --latest and --resume'],
    [['prod', 'staging', '--latest'], 'usage: '],
    [['prod', '--latest', '--resume'], 'say one of'],
    [['prod', '--latest', '--to', '2026-01-31T12:00:00Z'], 'say one of'],
    [['prod', '--to', '2026-01-31T12:00:00'], 'a time with its zone'],
    [['prod', '--to', '2026-01-31'], 'a time with its zone'],
    [['prod', '--to', '2026-13-31T12:00:00Z'], 'a time with its zone'],
    [['prod', '--latest', '--tables', 'users'], '--tables must be'],
    [['prod', '--latest', '--tables', ''], '--tables must be'],
    [['prod', '--latest', '--force'], "Unknown option '--force'"],
  ])('are refused: %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
