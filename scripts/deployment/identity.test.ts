import { describe, expect, it } from '@jest/globals';
import { holdIdentity, NoCredentialsError } from './identity.ts';
import { recordedTools } from './tools-fixture.ts';

const ENVIRONMENT = { name: 'staging', region: 'eu-west-3', accountId: '123456789012' };
const ARN = 'arn:aws:sts::123456789012:assumed-role/deployer/alice';
const answered = () =>
  recordedTools({ read: () => JSON.stringify({ Account: '123456789012', Arn: ARN, UserId: 'A' }) });

function failing(message: string) {
  return recordedTools({
    read: () => {
      throw new Error(`aws sts get-caller-identity failed: ${message}`);
    },
  });
}

describe('holdIdentity', () => {
  it('says who works in which account and region, and returns it', () => {
    const { tools, steps, said } = answered();
    expect(holdIdentity(ENVIRONMENT, tools)).toEqual({ account: '123456789012', arn: ARN, partition: 'aws' });
    expect(steps).toEqual(['aws sts get-caller-identity --region eu-west-3 --output json']);
    expect(said).toEqual([`${ARN} in account 123456789012, region eu-west-3`]);
  });

  it('refuses another account than that of the environment, and names both', () => {
    const other = { ...ENVIRONMENT, accountId: '210987654321' };
    expect(() => holdIdentity(other, answered().tools)).toThrow(
      /staging belongs to account 210987654321 .* of account 123456789012: sign in/,
    );
  });

  it('refuses two sources of credentials, which may be of two accounts', () => {
    const { tools, steps } = answered();
    const both = { AWS_PROFILE: 'company', AWS_ACCESS_KEY_ID: 'AKIA' };
    expect(() => holdIdentity(ENVIRONMENT, tools, both)).toThrow(/AWS_PROFILE and AWS_ACCESS_KEY_ID are both set/);
    expect(steps).toEqual([]);
    for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID'] as const)
      expect(() => holdIdentity(ENVIRONMENT, tools, { ...both, [name]: '' })).not.toThrow();
  });

  it('says that an environment without an account is held to none', () => {
    const { tools, said } = answered();
    holdIdentity({ name: 'dev', region: 'eu-west-3' }, tools);
    expect(said.at(-1)).toBe(
      'dev names no account: set accountId in its environment.ts, and no other can be touched by mistake',
    );
  });

  it.each([
    'Unable to locate credentials. You can configure credentials by running "aws configure".',
    'An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token is expired',
    'An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: The token is invalid.',
    'Error loading SSO Token: Token for company does not exist',
    'The config profile (company) could not be found',
  ])('says what to do without credentials: %s', (message) => {
    expect(() => holdIdentity(ENVIRONMENT, failing(message).tools)).toThrow(NoCredentialsError);
    expect(() => holdIdentity(ENVIRONMENT, failing(message).tools)).toThrow(/sign in \(aws sso login.*AWS_PROFILE/);
  });

  it('leaves other failures as they are', () => {
    const { tools } = failing('Could not connect to the endpoint URL');
    expect(() => holdIdentity(ENVIRONMENT, tools)).toThrow(/^aws sts get-caller-identity failed: Could not connect/);
  });
});
