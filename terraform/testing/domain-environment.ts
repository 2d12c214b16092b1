import type { Domain } from '../environments/domain-schema.ts';
import type { Environment } from '../environments/environment.ts';

/** The environment with a domain for its API, whose zone is in Route 53. */
export function withDomain(environment: Environment, domain: Partial<Domain> = {}): Environment {
  return { ...environment, domain: { name: 'api.example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ', ...domain } };
}

/** Of a certificate that somebody else has had issued. */
export const CERTIFICATE_ARN = 'arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
