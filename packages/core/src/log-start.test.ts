import { expect, it } from '@jest/globals';
import { logStart } from './log-start.ts';
import type { Log } from './telemetry.ts';

it('tells version, region, tables and issuers in one line, with the word that people filter by', () => {
  const lines: unknown[][] = [];
  const write: Log['info'] = (...line) => lines.push(line);
  const env = { CLOAKROOM_VERSION: '1.2.3', AWS_REGION: 'eu-central-1', SESSIONS_TABLE: 'a', EVENTS_TABLE: 'b' };
  logStart({ info: write, warn: write, error: write }, { ...env, ISSUERS_FILE: [{ alias: 'main' }] });
  const fields = { version: '1.2.3', region: 'eu-central-1', tables: ['a', 'b'], issuers: ['main'] };
  expect(lines).toEqual([['function.started', expect.stringMatching(/\bsession\b.*1\.2\.3/), fields]]);
});
