import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Pin, parsePinned, pinDescription, readPinned, writePinned } from './pinned-versions.ts';

const PIN: Pin = { version: '41', reason: 'rollback', since: '2026-01-31T12:00:00.000Z' };

describe('parsePinned', () => {
  it('takes a version, and one beside it with its share', () => {
    const pinned = { authorizer: PIN, health: { ...PIN, next: { version: '42', weight: 0.1 } } };
    expect(parsePinned(pinned)).toEqual(pinned);
  });

  it.each<[string, unknown, string]>([
    [
      'a version that is no number',
      { ...PIN, version: 'latest' },
      'authorizer.version: must be the number of a version',
    ],
    ['the version that is not published', { ...PIN, version: '$LATEST' }, 'must be the number of a version'],
    ['a version that is no text', { ...PIN, version: 41 }, 'authorizer.version: '],
    [
      'a weight above 1',
      { ...PIN, next: { version: '42', weight: 10 } },
      'authorizer.next.weight: must be between 0 and 1',
    ],
    ['no weight', { ...PIN, next: { version: '42', weight: 0 } }, 'must be between 0 and 1'],
    [
      'a weight that is no number',
      { ...PIN, next: { version: '42', weight: '10%' } },
      'must be a number between 0 and 1',
    ],
    [
      'the same version twice',
      { ...PIN, next: { version: '41', weight: 0.1 } },
      'must be another version than version',
    ],
    ['another reason', { ...PIN, reason: 'because' }, 'authorizer.reason: '],
    ['a time that is none', { ...PIN, since: 'yesterday' }, 'authorizer.since: must be a time'],
    ['a field that it does not know', { ...PIN, until: '' }, 'authorizer.until: '],
  ])('refuses %s', (_, pin, problem) => {
    expect(() => parsePinned({ authorizer: pin })).toThrow(`pinned.json: `);
    expect(() => parsePinned({ authorizer: pin })).toThrow(problem);
  });
});

describe('the file of pins', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cloakroom-pins-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is read as it was written, in order of the names', () => {
    writePinned(folder, { health: PIN, authorizer: PIN });
    expect(Object.entries(readPinned(folder))).toEqual([
      ['authorizer', PIN],
      ['health', PIN],
    ]);
  });

  it('is not there when nothing is pinned', () => {
    writePinned(folder, { health: PIN });
    writePinned(folder, {});
    expect(readdirSync(folder)).toEqual([]);
    expect(readPinned(folder)).toEqual({});
    expect(() => writePinned(folder, {})).not.toThrow();
  });

  it('is refused when it is no JSON', () => {
    writeFileSync(join(folder, 'pinned.json'), '{');
    expect(() => readPinned(folder)).toThrow('pinned.json: is no JSON');
  });
});

it('lets the alias tell why it stays, and since when', () => {
  expect(pinDescription(PIN)).toBe('pinned since 2026-01-31T12:00:00.000Z: rollback');
});
