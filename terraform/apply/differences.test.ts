import { describe, expect, it } from '@jest/globals';
import { differences } from './differences.ts';

describe('differences', () => {
  it('are none between equal values, in whatever order lists are', () => {
    expect(differences({ a: [{ b: [1, 2] }, 'c'] }, { a: ['c', { b: [2, 1] }] })).toEqual([]);
  });

  it('name the place of another value, of one more and of one less', () => {
    expect(differences({ a: { b: 1 }, c: 2 }, { a: { b: 2 }, d: null })).toEqual([
      'a › b: is 1, not 2',
      'c: is 2, not absent',
      'd: is absent, not null',
    ]);
  });

  it('tell what a list has too much and what it lacks, each as often as it is there', () => {
    expect(differences({ a: ['b', 'b'] }, { a: ['b', 'c'] })).toEqual([
      'a: has "b", which is not expected',
      'a: lacks "c"',
    ]);
  });

  it('tell an empty list from none, and a list from an object', () => {
    expect(differences({ a: [] }, {})).toEqual(['a: is [], not absent']);
    expect(differences({ a: [] }, { a: {} })).toEqual(['a: is [], not {}']);
  });
});
