import { describe, expect, it } from '@jest/globals';
import { readTokens } from './smoke-tokens.ts';

const [ACCESS, ID, REFRESH] = ['access.token.one', 'id.token.one', 'refresh-token-one'];
const nothing = { accessToken: undefined, idToken: undefined, variables: {}, input: undefined };
const variables = { CLOAKROOM_ACCESS_TOKEN: 'other.access.token', CLOAKROOM_ID_TOKEN: 'other.id.token' };

describe('the tokens that scripts/smoke is given', () => {
  it('are none where none were given, or are empty', () => {
    expect(readTokens(nothing)).toBeUndefined();
    expect(readTokens({ ...nothing, variables: { CLOAKROOM_ACCESS_TOKEN: '' } })).toBeUndefined();
  });

  it('are those of one place, and never of two sign-ins: standard input first, then options, then variables', () => {
    const options = { accessToken: 'option.access.token', idToken: undefined };
    expect(readTokens({ ...options, variables, input: `${ACCESS}\n${ID}\n` })).toMatchObject({
      accessToken: ACCESS,
      idToken: ID,
    });
    expect(readTokens({ ...options, variables, input: undefined })).toEqual({
      accessToken: 'option.access.token',
      idToken: undefined,
      refreshToken: undefined,
    });
    expect(readTokens({ ...nothing, variables })).toMatchObject({
      accessToken: 'other.access.token',
      idToken: 'other.id.token',
    });
  });

  it('are read from the answer of a token endpoint', () => {
    const answer = {
      access_token: ACCESS,
      id_token: ID,
      refresh_token: REFRESH,
      token_type: 'Bearer',
      expires_in: 300,
    };
    expect(readTokens({ ...nothing, input: JSON.stringify(answer) })).toEqual({
      accessToken: ACCESS,
      idToken: ID,
      refreshToken: REFRESH,
    });
  });

  it.each([
    ['', 'there are no tokens on standard input'],
    ['{"access_token":', 'neither tokens nor the JSON of a token endpoint'],
    ['{"error":"invalid_grant"}x', 'neither tokens nor the JSON of a token endpoint'],
    [`${ACCESS} ${ID} secret-third`, 'more than an access token and an ID token'],
    ['{"id_token":"secret.id.token"}', 'an access token must come with the others'],
    [`${ACCESS} secret"id"token`, 'the ID token that was given is no token'],
  ])('are refused when they are %j, and nothing of them is quoted', (input, problem) => {
    expect(() => readTokens({ ...nothing, input })).toThrow(problem);
    expect(() => readTokens({ ...nothing, input })).toThrow(
      expect.not.objectContaining({ message: expect.stringMatching(/secret|invalid_grant/) }),
    );
  });
});
