import { describe, expect, it } from '@jest/globals';
import { parseSettings, wholeMs } from './settings.ts';

function problems(options: unknown): string[] {
  try {
    parseSettings(options);
  } catch (error) {
    expect(error).toMatchObject({ name: 'CloakroomStoreError', code: 'CONFIGURATION' });
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
}

describe('the options of a store', () => {
  it('need a table and an issuer, and have the documented defaults', () => {
    expect(parseSettings({ table: 't', issuer: 'main' })).toEqual({
      table: 't',
      issuer: 'main',
      prefix: 'sess:',
      ttl: 3600,
      absoluteTtl: 2_592_000,
      touchAfter: 300,
      maxSessionsPerUser: 10,
      limitPolicy: 'evict-oldest',
      maxBytes: 65_536,
      ipStorage: 'full',
    });
  });

  it('are told of all that is wrong at once', () => {
    expect(
      problems({ issuer: 'Main', ttl: 0, touchAfter: -1, limitPolicy: 'drop', userOf: 'id', client: {}, secret: 1 }),
    ).toEqual([
      '  - table: is needed',
      '  - issuer: must be an alias: 1 to 32 of a-z, 0-9 and -, beginning with a letter',
      '  - userOf: must be a function',
      '  - client: must be a DynamoDBClient of AWS SDK v3',
      '  - ttl: must be 1 to 315,360,000 seconds',
      '  - touchAfter: must be 0 to 315,360,000 seconds',
      "  - limitPolicy: must be 'evict-oldest' or 'deny'",
      '  - secret: there is no such option',
    ]);
  });

  it.each([undefined, null, 'table'])('are refused when they are %j', (options) => {
    expect(problems(options)).toEqual(['  - they must be an object with table and issuer']);
  });

  it.each([
    ['maxBytes', 300_001],
    ['maxSessionsPerUser', 0],
    ['maxSessionsPerUser', 1.5],
    ['scanLimit', 0],
    ['logger', { warn: () => undefined }],
    ['prefix', 'x'.repeat(257)],
    ['ttl', Number.NaN],
  ])('%s is not %j', (name, value) => {
    expect(problems({ table: 't', issuer: 'main', [name]: value })).toEqual([
      expect.stringContaining(`  - ${name}: must`),
    ]);
  });

  it('may be fractions of seconds, which become whole milliseconds', () => {
    expect([0.0014, 1.0005, 2.3456].map(wholeMs)).toEqual([1, 1001, 2346]);
  });

  it('may turn touches’ throttle off', () => {
    expect(parseSettings({ table: 't', issuer: 'main', touchAfter: 0 })).toMatchObject({ touchAfter: 0 });
  });
});
