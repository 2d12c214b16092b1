import { CODE_POINT } from '@cloakroom/testing/code-points';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bootstrapUserOf, isLiteral, isMethodOf, parseMethodArn } from './method-arn.ts';

const STAGE = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/prod';
const parse = (arn: string) => {
  const parsed = parseMethodArn(arn);
  if (parsed === undefined) throw new Error(`${arn} is not the ARN of a method`);
  return parsed;
};
const userOf = (path: string, verb = 'POST') => bootstrapUserOf(parse(`${STAGE}/${verb}/${path}`));

describe('the ARN of a method', () => {
  it('is taken apart', () => {
    expect(parse(`${STAGE}/GET/a/b`)).toMatchObject({ sessionArn: `${STAGE}/*/*`, verb: 'GET', segments: ['a', 'b'] });
  });

  it('may be of any partition, and of the root', () => {
    expect(parse('arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:a/b/GET/').segments).toEqual(['']);
    expect(parse('arn:aws-cn:execute-api:cn-north-1:123456789012:a/b/GET/x').verb).toBe('GET');
  });

  it.each([
    `${STAGE}/GET`,
    `${STAGE}/*/x`,
    `${STAGE.replace('prod', '*')}/GET/x`,
    `${STAGE.replace('abc123', '*')}/GET/x`,
    `x${STAGE}/GET/x`,
    `${STAGE.replace('execute-api', 's3')}/GET/x`,
    '',
  ])('is not %j', (arn) => {
    expect(() => parse(arn)).toThrow();
  });
});

describe('bootstrapUserOf', () => {
  it.each([
    ['users/ada/sessions', 'ada'],
    ['users/auth0%7Cada/sessions', 'auth0|ada'],
    ['users/a:b/sessions', 'a:b'],
    ['users/a%2Fb/sessions', 'a/b'],
    ['users/a%252Fb/sessions', 'a%2Fb'],
    ['users//sessions', ''],
  ])('finds the user in %s', (path, user) => {
    expect(userOf(path)).toBe(user);
  });

  it.each([
    '/users/ada/sessions',
    'users/ada/sessions/',
    'users//ada/sessions',
    'users/ada//sessions',
    'users/ada/sessions/x',
    'users/a/b/sessions',
    'Users/ada/sessions',
    'users/ada/Sessions',
    'users%2Fada%2Fsessions',
    'users/ada%2Fsessions',
    '%75sers/ada/sessions',
    'users/ada/session%73',
    'users/ada/sessions%00',
    'users/ada/sessions?x',
    'users/ada/sessions#x',
    'users/ada/sessions;x',
    'users/ada/../ada/sessions',
    'x/../users/ada/sessions',
    'users/%E0%A4%A/sessions',
    'users/%/sessions',
    '',
  ])('finds none in %j', (path) => {
    expect(userOf(path)).toBeUndefined();
  });

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('finds none for %s', (verb) => {
    expect(userOf('users/ada/sessions', verb)).toBeUndefined();
  });

  it('gives back any user whose id a client wrote as it should', () => {
    fc.assert(
      fc.property(fc.string({ unit: CODE_POINT }), (user) => {
        expect(userOf(`users/${encodeURIComponent(user)}/sessions`)).toBe(user);
      }),
    );
  });

  it('finds a user in no path but the three segments, however slashes, dots and percent signs are strewn in', () => {
    const piece = fc.constantFrom(
      'users',
      'ada',
      'sessions',
      '/',
      '//',
      '%2F',
      '%2f',
      '%252F',
      '..',
      '.',
      '%2e',
      'Users',
      ';',
      '%00',
      '',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const path = pieces.join('');
        const match = /^users\/([^/]*)\/sessions$/.exec(path);
        expect(userOf(path)).toBe(match === null ? undefined : decodeURIComponent(match[1] ?? ''));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('isLiteral', () => {
  it.each(['users/*/sessions', 'users/a?/sessions', 'users/\u0024{x}/sessions'])('is false for %s', (path) => {
    expect(isLiteral(parse(`${STAGE}/POST/${path}`))).toBe(false);
  });

  it('is true for an ordinary path', () => {
    expect(isLiteral(parse(`${STAGE}/POST/users/auth0%7Cada/sessions`))).toBe(true);
  });
});

describe('isMethodOf', () => {
  const isOf = (path: string, resource: string, verb = 'GET') =>
    isMethodOf(parse(`${STAGE}/${verb}/${path}`), 'GET', resource);

  it.each([
    ['', '/'],
    ['users', '/users'],
    ['users/', '/users'],
    ['users/ada/events', '/users/{userId}/events'],
    ['users/a%2Fb/events', '/users/{userId}/events'],
    ['%75sers/ada/events', '/users/{userId}/events'],
    ['users/%/events', '/users/{userId}/events'],
    ['files/a', '/files/{path+}'],
    ['files/a/b//c', '/files/{path+}'],
    ['a b', '/a b'],
  ])('is true of %j for the resource %s', (path, resource) => {
    expect(isOf(path, resource)).toBe(true);
    expect(isOf(path, resource, 'POST')).toBe(false);
  });

  it.each([
    ['users/ada/sessions', '/users/{userId}/events'],
    ['users/ada', '/users/{userId}/events'],
    ['users/ada/events/x', '/users/{userId}/events'],
    ['users/a/b/events', '/users/{userId}/events'],
    ['users/ada/events//', '/users/{userId}/events'],
    ['users%2Fada%2Fevents', '/users/{userId}/events'],
    ['Users/ada/events', '/users/{userId}/events'],
    ['%2575sers/ada/events', '/users/{userId}/events'],
    ['%/ada/events', '/users/{userId}/events'],
    ['', '/users'],
    ['users', '/'],
    ['users', 'users'],
    ['files', '/files/{path+}'],
    ['other/a', '/files/{path+}'],
    ['anything', '{proxy+}'],
    ['users/ada', '$default'],
    ['users', ''],
  ])('is false of %j for the resource %s', (path, resource) => {
    expect(isOf(path, resource)).toBe(false);
  });

  const name = fc.stringMatching(/^[a-z]{1,4}$/);
  const value = fc.string({ unit: 'grapheme', minLength: 1 });
  const part = fc.oneof(
    name.map((word) => ({ word })),
    fc.tuple(name, value).map(([id, of]) => ({ id, of })),
  );
  const template = fc.array(part, { minLength: 1, maxLength: 5 });
  const resourceOf = (parts: readonly object[]) =>
    parts.map((one) => `/${'word' in one ? one.word : `{${(one as { id: string }).id}}`}`).join('');
  const pathOf = (parts: readonly object[]) =>
    parts.map((one) => ('word' in one ? one.word : encodeURIComponent((one as { of: string }).of))).join('/');

  it('is true for whatever a client put into the parameters', () => {
    fc.assert(
      fc.property(template, (parts) => {
        expect(isOf(pathOf(parts), resourceOf(parts))).toBe(true);
      }),
    );
  });

  it('is false for the path of any other template', () => {
    fc.assert(
      fc.property(template, template, (one, other) => {
        const fits =
          one.length === other.length &&
          one.every((want, at) => {
            const has = other[at];
            if (has === undefined || !('word' in want)) return has !== undefined;
            return ('word' in has ? has.word : has.of) === want.word;
          });
        expect(isOf(pathOf(other), resourceOf(one))).toBe(fits);
      }),
      { numRuns: 1000 },
    );
  });
});
