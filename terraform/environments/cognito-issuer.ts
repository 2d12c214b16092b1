import type { Issuer } from '@cloakroom/auth';

/** What of a Cognito user pool is not the same for all. */
export interface CognitoPool extends Pick<Issuer, 'roles' | 'services' | 'browser'> {
  /** Our short name for it, part of every key: never change it. */
  readonly alias: string;
  /** `<region>_<9 characters>`. */
  readonly userPoolId: string;
  /** The app clients whose access tokens are accepted. */
  readonly clientIds: readonly string[];
}

/**
 * The issuer of a Cognito user pool. Its access tokens carry no `aud`, so the client ids are what is checked.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
export function cognitoIssuer({ alias, userPoolId, clientIds, ...rights }: CognitoPool): Issuer {
  const issuer = `https://cognito-idp.${userPoolId.split('_')[0]}.amazonaws.com/${userPoolId}`;
  return {
    alias,
    issuer,
    jwksUri: `${issuer}/.well-known/jwks.json`,
    profile: 'cognito',
    algorithms: ['RS256'],
    clientIds: [...clientIds],
    audiences: [],
    loginClaim: 'origin_jti',
    ...rights,
  };
}
