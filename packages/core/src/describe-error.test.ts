import { expect, it } from '@jest/globals';
import { describeError } from './describe-error.ts';

it('tells name, code, message, stack and causes, and nothing else an error carries', () => {
  const cause = Object.assign(new Error('inner'), {
    code: 'ECONNRESET',
    request: { headers: { authorization: 'secret' } },
  });
  const described = describeError(new TypeError('outer', { cause }));
  expect(described).toEqual({
    name: 'TypeError',
    message: 'outer',
    stack: expect.stringContaining('TypeError: outer'),
    cause: { name: 'Error', message: 'inner', code: 'ECONNRESET', stack: expect.stringContaining('inner') },
  });
  expect(JSON.stringify(described)).not.toContain('secret');
});

it('tells the type of what was thrown and is no error', () => {
  expect(describeError('a text')).toEqual({ name: 'string', message: 'a text' });
  expect(describeError(undefined)).toEqual({ name: 'undefined', message: 'undefined' });
});

it('does without a stack where there is none', () => {
  const bare = new Error('bare');
  delete bare.stack;
  expect(describeError(bare)).toEqual({ name: 'Error', message: 'bare' });
});

it('ends with the fourth cause, so that a cycle ends too', () => {
  const error = new Error('round');
  error.cause = error;
  expect(JSON.stringify(describeError(error)).match(/"message":"round"/g)).toHaveLength(5);
});
