import { globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { AlarmSpec } from './alarm-spec.ts';
import { ALARMS, thresholdField } from './index.ts';

const FOLDER = resolve(import.meta.dirname, '../../../docs/runbooks');
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

it('there is a runbook for each alarm, and an alarm for each runbook', () => {
  const pages = globSync('*.md', { cwd: FOLDER }).map((file) => basename(file, '.md'));
  expect(pages.toSorted()).toEqual([...ALARMS.map(({ id }) => id), 'README'].toSorted());
});

it('the index has them by the four triggers for a rollback', () => {
  const groups = read('README.md').split('## The alarms')[1]?.split(/^\*\*/m).slice(1) ?? [];
  const told = groups.map((text) => {
    const ids = [...text.matchAll(/^\| \[([a-z-]+)\]/gm)].map(([, id]) => id);
    return [text.split('**')[0]?.toLowerCase().replaceAll(' ', '-'), ids];
  });
  const idsIn = (wanted: string) => ALARMS.filter(({ group }) => group === wanted).map(({ id }) => id);
  const known = [...new Set(ALARMS.map(({ group }) => group))].map((group) => [group, idsIn(group)]);
  expect(told).toEqual(known);
});

/** When it rings, as a runbook says it. */
function ringsWhen({ id, when, threshold, figure, periodSeconds, periods: [beyond, of] }: AlarmSpec): string {
  const often = of === 1 || periodSeconds === 60 ? '' : `, in ${beyond} of ${of} such periods`;
  return `It rings ${when} ${threshold} ${figure}${often}, unless \`alarms.thresholds.${thresholdField(id)}\` says otherwise.`;
}

describe.each(ALARMS)('the runbook of $id', (alarm) => {
  it('says when it rings, and by which field that is set', () => {
    expect(read(`${alarm.id}.md`).replace(/\s+/g, ' ')).toContain(ringsWhen(alarm));
  });
});
