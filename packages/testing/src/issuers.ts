import type { TestAlgorithm } from './signer.ts';

/** As a person configures one; checked where a test uses it, against the type of `@cloakroom/auth`. */
interface TestIssuer {
  readonly alias: string;
  readonly issuer: string;
  readonly jwksUri: string;
  readonly profile: 'cognito' | 'rfc9068' | 'keycloak' | 'okta' | 'entra' | 'plain';
  readonly algorithms: TestAlgorithm[];
  readonly clientIds: string[];
  readonly audiences: string[];
  readonly loginClaim: 'origin_jti' | 'sid' | 'auth_time' | 'none';
  readonly services?: (string | { clientId: string; may?: ('records' | 'sessions' | 'users')[]; routes?: string[] })[];
}

/** An issuer like Cognito, at `https://<alias>.example`. */
export function anIssuer(fields: Partial<TestIssuer> = {}): TestIssuer {
  const { alias = 'main', issuer = `https://${alias}.example`, jwksUri = `${issuer}/jwks` } = fields;
  return {
    profile: 'cognito',
    algorithms: ['ES256'],
    clientIds: ['web'],
    audiences: [],
    loginClaim: 'origin_jti',
    ...fields,
    alias,
    issuer,
    jwksUri,
  };
}
