import { describe, expect, it } from '@jest/globals';
import { withBrowser } from '../testing/browser-environment.ts';
import { CERTIFICATE_ARN, withDomain } from '../testing/domain-environment.ts';
import { dev } from './dev/environment.ts';
import type { Domain } from './domain-schema.ts';
import { parseEnvironment } from './environment.ts';
import { hasOwnDomain } from './has-own-domain.ts';
import { prod } from './prod/environment.ts';

const ISSUED = { certificateArn: CERTIFICATE_ARN, hostedZoneId: undefined };

function problemOf(domain: Partial<Domain>, environment = dev): string {
  try {
    parseEnvironment(withDomain(environment, domain));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('the environment was accepted');
}

describe('the domain of an environment', () => {
  it('is where clients come, and turns the address of API Gateway off', () => {
    const environment = parseEnvironment(withDomain(dev));
    expect(environment.publicUrl).toBe('https://api.example.com');
    expect(hasOwnDomain(environment)).toBe(true);
  });

  it('leaves that address on for as long as it is told to', () => {
    const environment = parseEnvironment(withDomain(dev, { defaultEndpoint: 'on' }));
    expect(environment.publicUrl).toBe('https://api.example.com');
    expect(hasOwnDomain(environment)).toBe(false);
    expect(hasOwnDomain(parseEnvironment(withDomain(dev, { defaultEndpoint: 'off' })))).toBe(true);
  });

  it('may have a certificate that is issued, in place of a hosted zone', () => {
    expect(parseEnvironment(withDomain(prod, ISSUED)).domain).toMatchObject({ certificateArn: CERTIFICATE_ARN });
  });

  it('may have clients show certificates', () => {
    const mutualTls = { truststoreUri: 's3://example-truststore/clients.pem', truststoreVersion: 'abc' };
    expect(parseEnvironment(withDomain(dev, { mutualTls })).domain).toMatchObject({ mutualTls });
  });

  it('may be told once more by publicUrl', () => {
    const told = { ...withDomain(dev), publicUrl: 'https://api.example.com' };
    expect(parseEnvironment(told).publicUrl).toBe('https://api.example.com');
  });

  it('is what cookies are judged by', () => {
    const { publicUrl: _, ...browser } = withBrowser(dev);
    expect(() => parseEnvironment(withDomain(browser, { name: 'api.elsewhere.example.net' }))).toThrow(
      /is another site than publicUrl https:\/\/api\.elsewhere\.example\.net/,
    );
    expect(parseEnvironment(withDomain(browser, { name: 'api.dev.example.com' })).publicUrl).toBe(
      'https://api.dev.example.com',
    );
  });

  it.each<[string, Partial<Domain>, string]>([
    ['both a certificate and a zone', { certificateArn: CERTIFICATE_ARN }, 'needs exactly one: certificateArn, of'],
    ['neither', { hostedZoneId: undefined }, 'needs exactly one: certificateArn, of'],
    ['a URL as its name', { name: 'https://api.example.com' }, 'domain.name: must be a host name in lower case'],
    ['a pattern as its name', { name: '*.example.com' }, 'domain.name: must be a host name'],
    ['capitals in its name', { name: 'API.example.com' }, 'domain.name: must be a host name'],
    ['a single label', { name: 'localhost' }, 'domain.name: must be a host name'],
    ['another ARN', { ...ISSUED, certificateArn: 'arn:aws:iam::123456789012:server-certificate/a' }, 'ARN of a certif'],
    ['a zone by its name', { hostedZoneId: 'example.com' }, 'domain.hostedZoneId: must be the id of a hosted zone'],
    [
      'a certificate for CloudFront',
      { ...ISSUED, certificateArn: CERTIFICATE_ARN.replace('eu-central-1', 'us-east-1') },
      'domain.certificateArn is of us-east-1, and the API in eu-central-1',
    ],
    ['a trust store that is no object of S3', { mutualTls: { truststoreUri: 'clients.pem' } }, 'must be s3://<bucket>'],
    [
      'mutual TLS that anybody passes by',
      { mutualTls: { truststoreUri: 's3://example-truststore/clients.pem' }, defaultEndpoint: 'on' },
      "mutualTls does not go with defaultEndpoint 'on'",
    ],
  ])('is refused with %s', (_, domain, problem) => {
    expect(problemOf(domain)).toContain(problem);
  });

  it('is refused with a certificate of another account', () => {
    const certificateArn = CERTIFICATE_ARN.replace('123456789012', '210987654321');
    expect(problemOf({ ...ISSUED, certificateArn }, prod)).toContain('is of the account 210987654321, and not');
  });

  it('is refused beside another publicUrl', () => {
    const environment = { ...dev, publicUrl: 'https://api.example.com/v1' };
    expect(problemOf({}, environment)).toContain(
      'publicUrl https://api.example.com/v1 is not https://api.example.com, where domain.name has clients come',
    );
  });
});
