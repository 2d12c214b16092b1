import { expect, it } from '@jest/globals';
import { recordTelemetry } from './recorder.ts';

it('keeps what the real logger writes', () => {
  const { log, lines } = recordTelemetry();
  log.warn('session.revoked', 'A session was revoked', { session: 'abc', at: new Date(0), nothing: undefined });
  expect(lines).toStrictEqual([
    {
      level: 'warn',
      code: 'session.revoked',
      message: 'A session was revoked',
      fields: { session: 'abc', at: '1970-01-01T00:00:00.000Z' },
    },
  ]);
});

it.each(['service', 'level', 'message', 'timestamp', 'sampling_rate'])(
  'refuses a field named %s, which the real logger drops',
  (name) => {
    // Written in the open, such a field does not compile.
    const fields = JSON.parse(`{"${name}":"of ours"}`);
    expect(() => recordTelemetry().log.info('some.code', 'a sentence', fields)).toThrow(
      `The key "${name}" is a reserved key and will be dropped.`,
    );
  },
);

it('keeps the code of a line, whatever its fields are called', () => {
  const { log, lines } = recordTelemetry();
  log.info('some.code', 'a sentence', JSON.parse('{"code":"another"}'));
  expect(lines).toMatchObject([{ code: 'some.code', fields: {} }]);
});
