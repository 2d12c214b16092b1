import { expect, it } from '@jest/globals';
import { CloakroomError, ConfigurationError, MalformedError } from './errors.ts';

it('names the field that is malformed, keeps the cause, and does not repeat the value', () => {
  const cause = new Error('inner');
  const error = new MalformedError('sessionId', 'must be a session id', { cause });
  expect(error).toBeInstanceOf(CloakroomError);
  expect(error).toMatchObject({
    name: 'MalformedError',
    code: 'MALFORMED',
    field: 'sessionId',
    message: 'sessionId: must be a session id',
    cause,
  });
});

it('lists every problem of a configuration', () => {
  const error = new ConfigurationError(['A is missing', 'B is missing']);
  expect(error).toMatchObject({ name: 'ConfigurationError', code: 'CONFIGURATION_INVALID' });
  expect(error.message).toBe('configuration is not valid:\n  - A is missing\n  - B is missing');
});
