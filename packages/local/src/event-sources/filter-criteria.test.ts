import { describe, expect, it } from '@jest/globals';
import { parseFilters } from './filter-criteria.ts';

const ofImage = (comparison: unknown) => JSON.stringify({ dynamodb: { NewImage: { kind: { S: comparison } } } });
const record = (kind: unknown) => ({ eventName: 'INSERT', dynamodb: { NewImage: { kind: { S: kind } } } });
const isWanted = (comparison: unknown, value: unknown) => parseFilters('f', [ofImage(comparison)])(record(value));

describe('the filters of a stream', () => {
  it('let everything pass where there is none', () => expect(parseFilters('f', [])({})).toBe(true));

  it.each([
    [['a'], 'a', true],
    [['a'], 'ab', false],
    [['a', 'b'], 'b', true],
    [[{ prefix: 'a' }], 'ab', true],
    [[{ prefix: 'a' }], 'ba', false],
    [[{ prefix: 'a' }], undefined, false],
    [[{ exists: true }], 'a', true],
    [[{ exists: true }], undefined, false],
    [[{ exists: false }], 'a', false],
    [[{ exists: false }], undefined, true],
  ])('compare by %j: %j %s', (comparison, value, expected) => expect(isWanted(comparison, value)).toBe(expected));

  it('take what is not there at all for something without leaves', () => {
    const isAbsent = parseFilters('f', [ofImage([{ exists: false }])]);
    for (const dynamodb of [undefined, {}, { NewImage: {} }, { NewImage: { kind: {} } }]) {
      expect(isAbsent({ dynamodb })).toBe(true);
    }
  });

  it('look at leaves alone: what has keys of its own is not there for them', () => {
    const pattern = JSON.stringify({ dynamodb: { NewImage: [{ exists: false }] } });
    expect(parseFilters('f', [pattern])(record('a'))).toBe(true);
  });

  it('need every key of a pattern, and one of the patterns', () => {
    const both = JSON.stringify({ dynamodb: { NewImage: { a: { S: ['1'] }, b: { S: ['2'] } } } });
    const wanted = parseFilters('f', [both, ofImage(['other'])]);
    const image = (a: string, b: string) => ({ dynamodb: { NewImage: { a: { S: a }, b: { S: b } } } });
    expect([wanted(image('1', '2')), wanted(image('1', '3')), wanted(record('other'))]).toEqual([true, false, true]);
  });

  it.each([
    ['{', 'f.0: is no JSON'],
    ['[]', 'f.0: a stream is filtered by the key dynamodb of its records alone'],
    ['{"eventName":["INSERT"]}', 'f.0: a stream is filtered by the key dynamodb of its records alone'],
    ['{"eventName":["INSERT"],"dynamodb":{"Keys":["a"]}}', 'f.0: a stream is filtered by the key dynamodb'],
    ['{"dynamodb":{}}', 'f.0.dynamodb: must be a list, or keys'],
    ['{"dynamodb":{"Keys":[]}}', 'f.0.dynamodb.Keys: must be a list, or keys'],
    ['{"dynamodb":{"Keys":"a"}}', 'f.0.dynamodb.Keys: must be a list, or keys'],
    [
      ofImage([{ 'anything-but': ['a'] }]),
      'f.0.dynamodb.NewImage.kind.S: the comparison {"anything-but":["a"]} is not known here',
    ],
    [ofImage([{ prefix: 'a', exists: true }]), 'is not known here'],
    [ofImage([1]), 'the comparison 1 is not known here'],
  ])('refuse %s', (pattern, problem) => expect(() => parseFilters('f', [pattern])).toThrow(problem));

  it('are five at most', () => {
    const six = Array.from({ length: 6 }, () => ofImage(['a']));
    expect(() => parseFilters('f', six)).toThrow('f: Lambda takes 5 filters at most');
    expect(() => parseFilters('f', six.slice(1))).not.toThrow();
  });
});
