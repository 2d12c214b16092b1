import { describe, expect, it } from '@jest/globals';
import { parseTimestamp } from './timestamp.ts';

describe('a timestamp of a client', () => {
  it.each([
    ['2027-02-28T10:00:00Z', '2027-02-28T10:00:00.000Z'],
    ['2028-02-29T23:59:59.9Z', '2028-02-29T23:59:59.900Z'],
    ['2027-01-01 00:30:00+02:00', '2026-12-31T22:30:00.000Z'],
    ['2027-01-01T00:30:00.123456-0530', '2027-01-01T06:00:00.123Z'],
  ])('is read: %s', (text, iso) => {
    expect(new Date(parseTimestamp(text) ?? Number.NaN).toISOString()).toBe(iso);
  });

  it.each([
    '2027-02-31T00:00:00Z',
    '2027-02-29T00:00:00Z',
    '2027-04-31T00:00:00+01:00',
    '2027-13-01T00:00:00Z',
    '2027-00-10T00:00:00Z',
    '2027-01-00T00:00:00Z',
    '2027-01-01T24:00:00Z',
    '2027-01-01T23:60:00Z',
    '2027-01-01T23:59:60Z',
    '2027-01-01T00:00:00+99:00',
    '2027-01-01T00:00:00',
    '2027-01-01',
    '+012027-01-01T00:00:00Z',
    '2027-01-01T00:00:00Z ',
    '1 January 2027 00:00:00Z',
    '',
  ])('is none: %j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});
