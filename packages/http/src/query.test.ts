import { describe, expect, it } from '@jest/globals';
import { assertKnownParameters, parsePageQuery } from './query.ts';

const invalid = (field: string) => expect.objectContaining({ code: 'INVALID_QUERY', field });

describe('the query of a page', () => {
  it('asks for 20 from the beginning unless it says otherwise', () => {
    expect(parsePageQuery({})).toEqual({ limit: 20, cursor: undefined });
    expect(parsePageQuery({ limit: '100', cursor: 'abc' })).toEqual({ limit: 100, cursor: 'abc' });
  });

  it.each(['', '0', '101', '1000', '-1', '1.5', '1e2', ' 5', '05', '1,2', 'all'])('may not ask for %j', (limit) => {
    expect(() => parsePageQuery({ limit })).toThrow(invalid('limit'));
  });

  it('has no other parameters, whatever they are called', () => {
    expect(() => parsePageQuery({ Limit: '5' })).toThrow(invalid('Limit'));
    expect(() => parsePageQuery(JSON.parse('{"__proto__":"x"}'))).toThrow(invalid('__proto__'));
    expect(() => parsePageQuery({ ['x'.repeat(5000)]: '' })).toThrow(invalid('x'.repeat(100)));
  });
});

it('names the first parameter that a route does not know', () => {
  expect(() => assertKnownParameters({ except: 'current' }, ['except'])).not.toThrow();
  expect(() => assertKnownParameters({ except: 'current', a: '', b: '' }, ['except'])).toThrow(invalid('a'));
});
