import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { fraction, json, jsonFileOr, oneOf, positiveInt, readEnv, secondsOrHoursIn, text } from './env.ts';
import { ConfigurationError } from './errors.ts';
import { isObject } from './is-object.ts';

/** The problems that reading these variables finds. */
function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('readEnv', () => {
  it('answers every variable as its reader reads it', () => {
    const schema = { TABLE: text, LIMIT: positiveInt, POLICY: oneOf('deny', 'evict'), ROLE: v.optional(text) };
    expect(readEnv(schema, { TABLE: 't', LIMIT: '10', POLICY: 'deny', OTHER: 'x' })).toEqual({
      TABLE: 't',
      LIMIT: 10,
      POLICY: 'deny',
      ROLE: undefined,
    });
  });

  it('names every missing and malformed variable at once', () => {
    const schema = { TABLE: text, EMPTY: text, LIMIT: positiveInt, POLICY: oneOf('deny', 'evict'), LIST: json(String) };
    const read = () => readEnv(schema, { EMPTY: '', LIMIT: '0', POLICY: 'maybe', LIST: '[' });
    expect(problemsOf(read)).toEqual([
      'TABLE is missing',
      'EMPTY is missing',
      'LIMIT must be a positive integer',
      'POLICY must be one of deny, evict',
      'LIST is not JSON',
    ]);
    expect(read).toThrow(/^configuration is not valid:\n {2}- TABLE is missing\n {2}- EMPTY is missing\n/);
  });

  it('reads the environment of the process when it is given none', () => {
    process.env.CLOAKROOM_ENV_TEST = 'here';
    expect(readEnv({ CLOAKROOM_ENV_TEST: text })).toEqual({ CLOAKROOM_ENV_TEST: 'here' });
    delete process.env.CLOAKROOM_ENV_TEST;
    expect(problemsOf(() => readEnv({ CLOAKROOM_ENV_TEST: text }))).toEqual(['CLOAKROOM_ENV_TEST is missing']);
  });

  it('takes whatever a reader throws for a problem', () => {
    const reader = json(() => {
      throw 'is odd';
    });
    expect(problemsOf(() => readEnv({ X: reader }, { X: '1' }))).toEqual(['X is odd']);
  });
});

describe('jsonFileOr', () => {
  const LAMBDA_TASK_ROOT = mkdtempSync(join(tmpdir(), 'cloakroom-task-'));
  const parse = (value: unknown) => {
    if (!isObject(value)) throw new Error('no object');
    return value;
  };
  const read = (variables: Record<string, string>) =>
    readEnv({ FILE: jsonFileOr('TEXT', parse) }, { ...variables, LAMBDA_TASK_ROOT });
  const problems = (variables: Record<string, string>) => problemsOf(() => read(variables));

  it('reads the file of that name beside the code', () => {
    writeFileSync(join(LAMBDA_TASK_ROOT, 'good.json'), '{"a":1}');
    expect(read({ FILE: 'good.json' })).toEqual({ FILE: { a: 1 } });
  });

  it('says what is wrong with it', () => {
    writeFileSync(join(LAMBDA_TASK_ROOT, 'bad.json'), '{');
    expect(problems({ FILE: 'bad.json' })).toEqual(['FILE is not JSON']);
    expect(problems({ FILE: '' })).toEqual(['FILE is missing']);
    expect(problems({ FILE: 'none.json' })).toEqual([
      expect.stringMatching(/^FILE names a file that cannot be read: .*ENOENT.*none/),
    ]);
  });

  it('reads the other variable, where that is the one that is there', () => {
    expect(read({ TEXT: '{"a":1}' })).toEqual({ FILE: { a: 1 } });
    expect(problems({ TEXT: '' })).toEqual(['FILE comes from TEXT, which is not JSON']);
    expect(problems({ TEXT: '1' })).toEqual(['FILE comes from TEXT, which is not valid: no object']);
  });

  it('takes neither of two, and none of none', () => {
    expect(problems({ FILE: 'good.json', TEXT: '{"a":1}' })).toEqual(['FILE and TEXT must not both be there']);
    expect(problems({})).toEqual(['FILE is missing']);
  });
});

describe('positiveInt', () => {
  it('reads every safe positive integer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (number) => {
        expect(v.parse(positiveInt, String(number))).toBe(number);
      }),
    );
  });

  it.each(['0', '-1', '01', '1.5', '1e3', ' 1', '1\n', '0x10', '9007199254740992', 'ten'])('refuses %j', (value) => {
    expect(() => v.parse(positiveInt, value)).toThrow('must be a positive integer');
  });
});

describe('fraction', () => {
  it.each([
    ['0', 0],
    ['1', 1],
    ['0.25', 0.25],
    ['.5', 0.5],
    ['1.0', 1],
    [String(1e-7), 1e-7],
  ])('makes of %j %d', (value, number) => {
    expect(v.parse(fraction, value)).toBe(number);
  });

  it.each(['-0.1', '1.1', '10', 'half', 'NaN', '1e1', ' 1', '0x1', '1.', '.'])('refuses %j', (value) => {
    expect(() => v.parse(fraction, value)).toThrow('must be a number from 0 to 1');
  });
});

describe('json', () => {
  it('hands the parsed value on, and makes what the parser throws the problem', () => {
    expect(
      v.parse(
        json((value) => value),
        '{"a":[1]}',
      ),
    ).toEqual({ a: [1] });
    const picky = json(() => {
      throw new Error('must be a list of origins');
    });
    expect(problemsOf(() => readEnv({ ORIGINS: picky }, { ORIGINS: '1' }))).toEqual([
      'ORIGINS must be a list of origins',
    ]);
  });

  it.each([undefined, ''])('says that %j is missing', (value) => {
    expect(() =>
      v.parse(
        json((parsed) => parsed),
        value,
      ),
    ).toThrow('is missing');
  });

  it('does not repeat a value, which may be a secret', () => {
    expect(problemsOf(() => readEnv({ A: json(String) }, { A: 'secret-value' })).join()).not.toContain('secret-value');
  });
});

describe('a time in seconds or in hours', () => {
  const schema = { LIFE_SECONDS: secondsOrHoursIn('LIFE_HOURS') };

  it('is given by either variable', () => {
    expect(readEnv(schema, { LIFE_SECONDS: '90' })).toEqual({ LIFE_SECONDS: 90 });
    expect(readEnv(schema, { LIFE_HOURS: '24' })).toEqual({ LIFE_SECONDS: 86_400 });
  });

  it.each([
    [{}, 'LIFE_SECONDS is missing'],
    [{ LIFE_SECONDS: '90', LIFE_HOURS: '24' }, 'LIFE_SECONDS and LIFE_HOURS must not both be there'],
    [{ LIFE_SECONDS: '1.5' }, 'LIFE_SECONDS must be a positive integer'],
    [{ LIFE_HOURS: '0' }, 'LIFE_SECONDS comes from LIFE_HOURS, which must be a positive integer'],
    [{ LIFE_HOURS: '' }, 'LIFE_SECONDS comes from LIFE_HOURS, which must be a positive integer'],
  ])('is not given by %j', (variables, problem) => {
    expect(problemsOf(() => readEnv(schema, variables))).toEqual([problem]);
  });
});

it('reads an optional variable that is there like any other', () => {
  const schema = { LIMIT: v.optional(positiveInt) };
  expect(readEnv(schema, { LIMIT: '9' })).toEqual({ LIMIT: 9 });
  expect(readEnv(schema, {})).toEqual({ LIMIT: undefined });
  expect(problemsOf(() => readEnv(schema, { LIMIT: 'x' }))).toEqual(['LIMIT must be a positive integer']);
});
