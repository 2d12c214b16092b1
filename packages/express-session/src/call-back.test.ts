import { execFile } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import { callBack } from './call-back.ts';
import { CloakroomStoreError } from './errors.ts';
import { failureOf } from './failure.ts';
import { createReport, telemetryOf } from './report.ts';

describe('a callback', () => {
  it('is called once, with what was asked for', async () => {
    const callback = jest.fn();
    callBack(Promise.resolve(7), callback, () => undefined);
    await setImmediate();
    expect(callback.mock.calls).toEqual([[null, 7]]);
  });

  it('is called once, with a failure of ours alone', async () => {
    const callback = jest.fn();
    const tell = jest.fn();
    callBack(Promise.reject(Object.assign(new Error('no file'), { code: 'ENOENT' })), callback, tell);
    await setImmediate();
    expect(callback.mock.calls).toEqual([[expect.objectContaining({ code: 'STORE_UNAVAILABLE' })]]);
    expect(tell).not.toHaveBeenCalled();
  });

  it.each(['Promise.resolve(7)', "Promise.reject(new Error('down'))"])(
    'that throws, of %s, is not called again, and what it throws is the app’s',
    async (work) => {
      const script = `
        import { callBack } from ${JSON.stringify(new URL('call-back.ts', import.meta.url))};
        let calls = 0;
        process.once('uncaughtException', ({ message }) => setImmediate(() => console.log(message, calls)));
        callBack(${work}, () => { calls += 1; throw new Error('of the app'); }, () => {});`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
      expect(stdout).toBe('of the app 1\n');
    },
  );

  it.each([undefined, null])('may be missing, as %j: then a failure is told elsewhere', async (callback) => {
    const tell = jest.fn();
    callBack(Promise.reject(new Error('down')), callback, tell);
    callBack(Promise.resolve(1), callback, tell);
    await setImmediate();
    expect(tell.mock.calls).toEqual([[expect.objectContaining({ code: 'STORE_UNAVAILABLE' })]]);
  });
});

describe('a failure', () => {
  const named = (name: string) => Object.assign(new Error('words'), { name });

  it.each([
    ['ConfigurationError', 'CONFIGURATION'],
    ['ConflictError', 'STORE_CONTENDED'],
    ['ContendedError', 'STORE_CONTENDED'],
    ['LoginEndedError', 'LOGIN_ENDED'],
    ['SessionLimitError', 'SESSION_LIMIT'],
    ['AccessDeniedException', 'STORE_UNAVAILABLE'],
    ['TypeError', 'STORE_UNAVAILABLE'],
  ])('%s is %s, with its cause', (name, code) => {
    const cause = named(name);
    expect(failureOf(cause)).toMatchObject({ name: 'CloakroomStoreError', code, cause });
  });

  it('of the store itself stays as it is', () => {
    const failure = new CloakroomStoreError('SCAN_OFF', 'off');
    expect(failureOf(failure)).toBe(failure);
  });

  it.each(['text', undefined, null, 5])('that is no error, %j, is an outage', (error) => {
    expect(failureOf(error)).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('to read JSON has none of its text, nor a cause that has', () => {
    let cause: unknown;
    try {
      JSON.parse('hunter2');
    } catch (error) {
      cause = error;
    }
    expect(String(cause)).toContain('hunter2');
    const { message, cause: given } = failureOf(cause);
    expect({ message, given }).toEqual({ message: expect.not.stringContaining('hunter2'), given: undefined });
  });
});

describe('what a store tells', () => {
  const failing = () => {
    throw new Error('of the logger');
  };

  it('goes to the app’s logger, the message first, with a code, and to its counter', () => {
    const [warn, error, onMetric] = [jest.fn(), jest.fn(), jest.fn()];
    const report = createReport({ logger: { warn, error }, onMetric });
    report.warn('web.one', 'first');
    report.error('web.two', 'second', { reason: 'x' });
    report.count('SessionMalformed');
    report.count('SessionKeyConflict', 3);
    expect(warn.mock.calls).toEqual([['first', { code: 'web.one' }]]);
    expect(error.mock.calls).toEqual([['second', { code: 'web.two', reason: 'x' }]]);
    expect(onMetric.mock.calls).toEqual([
      ['SessionMalformed', 1],
      ['SessionKeyConflict', 3],
    ]);
  });

  it('fails no request where logger or counter fail', () => {
    const logger = { warn: failing, error: failing };
    const report = createReport({ logger, onMetric: failing });
    report.warn('web.one', 'first');
    report.error('web.two', 'second');
    report.count('SessionMalformed');
    telemetryOf({ logger }).log.warn('aws', 'third');
  });

  it('is a line of JSON on standard error by default', () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    createReport({}).error('web.two', 'second', { reason: 'x' });
    const lines = write.mock.calls.map(([line]) => line);
    write.mockRestore();
    expect(lines).toEqual(['{"level":"ERROR","message":"second","code":"web.two","reason":"x"}\n']);
  });

  it('of AWS leaves out what the logger has no method for', () => {
    const warn = jest.fn();
    const { log } = telemetryOf({ logger: { warn, error: failing } });
    log.info('aws.credentials', 'taken', { source: 'env' });
    log.warn('aws.slow', 'slow');
    expect(warn.mock.calls).toEqual([['slow', { code: 'aws.slow' }]]);
  });
});
