import type { Environment } from './environment.ts';

/** What AWS names itself. A distribution of CloudFront may have API Gateway's own address behind it. */
const AWS_HOST = /\.(amazonaws\.com|amazonaws\.com\.cn|cloudfront\.net)$/;

/**
 * Whether clients reach the API under a domain of its operator's. Then API Gateway's own address is turned off: what
 * protects the domain, such as a firewall or mutual TLS, would be passed by.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-disable-default-endpoint.html
 */
export function hasOwnDomain({ publicUrl, domain }: Pick<Environment, 'domain' | 'publicUrl'>): boolean {
  if (publicUrl === undefined || domain?.defaultEndpoint === 'on') return false;
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'https:' && !AWS_HOST.test(hostname.replace(/\.$/, ''));
}
