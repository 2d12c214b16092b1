import { describe, expect, it } from '@jest/globals';
import { anEvent } from './log-fixture.ts';
import { isTelling, jsonLine, logLine } from './log-line.ts';

const TIME = { timestampMs: Date.UTC(2026, 0, 2, 3, 4, 5, 6) };
const show = (message: string | object) => logLine(anEvent(message, TIME), 'authorizer');

describe('a line', () => {
  it('has time, function, level, code, message, then the fields, what matters first and ids last', () => {
    const line = { level: 'INFO', message: 'Not in', code: 'authorizer.denied', timestamp: 'x', service: 'y' };
    const fields = { requestId: 'r=', login: 'l', route: 'GET /x', reason: 'session_ended', error: { name: 'E' } };
    expect(show({ ...line, ...fields })).toBe(
      '2026-01-02T03:04:05.006Z authorizer      INFO  authorizer.denied Not in ' +
        'reason=session_ended route="GET /x" login=l error={"name":"E"} requestId=r=',
    );
  });

  it('of the access log has the status for a code, and no fields without a value', () => {
    expect(
      show({ requestId: 'r=', status: '403', routeKey: 'GET /x', error: 'Forbidden', integrationMs: '-' }),
    ).toMatch(/ 403 +routeKey="GET \/x" error=Forbidden requestId=r=$/);
  });

  it('that is no JSON stays as it is', () => {
    expect(show('Task timed out\n')).toBe('2026-01-02T03:04:05.006Z authorizer      Task timed out');
    expect(show('{"cut')).toContain('{"cut');
  });

  it('cannot take the terminal over, whoever wrote it', () => {
    for (const message of ['a\u001b[2Jb\nc', { message: 'a\u001b[2J\u009bb\u202ec\n', agent: 'x\u001b]0;y' }]) {
      expect(show(message)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  it('for programs is JSON', () => {
    const event = anEvent({ code: 'a' }, { ...TIME, group: 'g', stream: 's' });
    const timestamp = '2026-01-02T03:04:05.006Z';
    expect(JSON.parse(jsonLine(event, 'f'))).toEqual({
      timestamp,
      writer: 'f',
      group: 'g',
      stream: 's',
      message: { code: 'a' },
    });
  });

  it.each([
    ['START RequestId: x', false, false],
    ['REPORT RequestId: x', false, true],
    ['x Task timed out', true, true],
    [{ code: 'a', message: 'b' }, true, true],
    [{ _aws: {}, SessionCreated: 1 }, false, false],
    [{ _aws: {}, SessionCreated: 1, message: 'b' }, true, true],
  ])('%j tells something: %s, of one request: %s', (message, always, ofOne) => {
    expect(isTelling(anEvent(message), { withReport: false })).toBe(always);
    expect(isTelling(anEvent(message), { withReport: true })).toBe(ofOne);
  });
});
