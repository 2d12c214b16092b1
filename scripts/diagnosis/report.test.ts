import { describe, expect, it } from '@jest/globals';
import type { Finding } from './finding.ts';
import { exitCode, findingJson, findingText, summary } from './report.ts';

const place = { where: 'REST API a1, stage prod', what: 'this', next: 'do that' };
const FAULT: Finding = { code: 'open-route', ...place };
const NOTE: Finding = { code: 'bearer-only', ...place };

describe('the report of scripts/doctor', () => {
  it.each<[number, readonly Finding[], readonly string[]]>([
    [0, [], []],
    [0, [NOTE], []],
    [1, [NOTE, FAULT], []],
    [2, [FAULT], ['HTTP API b2']],
    [2, [], ['HTTP API b2']],
  ])('ends with %i for %j, when it could not see %j', (code, findings, unseen) => {
    expect(exitCode(findings, unseen)).toBe(code);
  });

  it('says where, what, why and what to do, to people and to programs', () => {
    const why = 'Anybody gets through to it, with or without a session.';
    expect(findingText(FAULT)).toBe(
      '✗ open-route: REST API a1, stage prod\n' +
        `    what was found: this\n    why it matters: ${why}\n    what to do:     do that`,
    );
    expect(JSON.parse(findingJson(FAULT))).toEqual({ ...FAULT, level: 'fault', why });
  });

  it('never says that nothing is wrong where it could not look', () => {
    expect(summary(['HTTP API a1'], [], [])).toBe('\nlooked at HTTP API a1: nothing is wrong');
    expect(summary(['HTTP API a1'], [FAULT, NOTE], [])).toBe('\nlooked at HTTP API a1: 1 fault, 1 note');
    expect(summary(['HTTP API a1'], [], ['HTTP API a1'])).toBe(
      '\ncould not look at HTTP API a1; elsewhere: 0 faults, 0 notes',
    );
  });
});
