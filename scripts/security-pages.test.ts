import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const DOCS = resolve(import.meta.dirname, '../docs');

/** Of ASVS 5.0: how many requirements each section has. */
const SECTIONS = {
  '7.1': 3,
  '7.2': 4,
  '7.3': 2,
  '7.4': 5,
  '7.5': 3,
  '7.6': 2,
  '9.1': 3,
  '9.2': 4,
  '10.1': 2,
  '10.2': 3,
  '10.3': 5,
  '10.5': 5,
};
const STATES = ['Held', 'In part', 'Yours', 'Not held'];
const STRIDE = [
  'Spoofing',
  'Tampering',
  'Repudiation',
  'Information disclosure',
  'Denial of service',
  'Elevation of privilege',
];

/** The rows of tables, without heads and rules. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  const rows = lines.map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));
  return rows.filter(([first = '']) => first !== '' && first !== 'Threat');
}

const namesTest = (text = '') => /\]\(\.\.\/[^)]+\.test\.ts\)/.test(text);

describe('the page about ASVS', () => {
  const rows = rowsOf(readFileSync(join(DOCS, 'asvs.md'), 'utf8')).filter(([id = '']) => /^\d+\.\d+\.\d+$/.test(id));

  it('has each requirement of its chapters once, in order', () => {
    const all = Object.entries(SECTIONS).flatMap(([section, count]) =>
      Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
    );
    expect(rows.map(([id]) => id)).toEqual(all);
  });

  it('says of each in one of four words what is with it', () => {
    for (const [id, level, , state] of rows) {
      expect([id, ['1', '2', '3'].includes(level ?? ''), STATES.includes(state ?? '')]).toEqual([id, true, true]);
    }
  });

  it('names a test for each that is held, but where writing it down is what is asked for', () => {
    const untested = rows.filter(([id = '', , , state, how]) => state === 'Held' && !namesTest(how) && id !== '7.1.3');
    expect(untested.map(([id]) => id)).toEqual([]);
  });
});

describe('the threat model', () => {
  const sections = readFileSync(join(DOCS, 'threat-model.md'), 'utf8').split(/^## /m);

  it.each(STRIDE)('answers threats of the kind "%s", each with a test', (kind) => {
    const rows = rowsOf(sections.find((section) => section.startsWith(kind)) ?? '');
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.filter(([, answer = '', tests]) => answer === '' || !namesTest(tests))).toEqual([]);
  });
});
