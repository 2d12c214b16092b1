import { describe, expect, it } from '@jest/globals';
import { prod } from '../environments/prod/environment.ts';
import { CERTIFICATE_ARN, withDomain } from '../testing/domain-environment.ts';
import { resource, resources, synthesized } from '../testing/synthesized.ts';

const document = synthesized(withDomain(prod));
const issued = synthesized(withDomain(prod, { certificateArn: CERTIFICATE_ARN, hostedZoneId: undefined }));
const domain = resource(document, 'aws_apigatewayv2_domain_name', 'domain');

describe('a domain of prod', () => {
  it('is regional, speaks TLS 1.2 or newer, asks for no certificate of clients, and is not destroyed', () => {
    expect(domain).toEqual({
      domain_name: 'api.example.com',
      domain_name_configuration: {
        certificate_arn: '${aws_acm_certificate_validation.domain.certificate_arn}',
        endpoint_type: 'REGIONAL',
        security_policy: 'TLS_1_2',
      },
      lifecycle: { create_before_destroy: true, prevent_destroy: true },
    });
  });

  it('leads to the stage of the API, once that is there', () => {
    expect(resource(document, 'aws_apigatewayv2_api_mapping', 'api')).toEqual({
      api_id: '${aws_apigatewayv2_api.api.id}',
      domain_name: '${aws_apigatewayv2_domain_name.domain.domain_name}',
      stage: '${aws_apigatewayv2_stage.api.name}',
    });
  });

  it('turns the address of API Gateway off, after its certificate and its records are there', () => {
    const api = resource(document, 'aws_apigatewayv2_api', 'api');
    expect(api).toMatchObject({
      disable_execute_api_endpoint: true,
      depends_on: [
        'aws_apigatewayv2_domain_name.domain',
        'aws_route53_record.domain_a',
        'aws_route53_record.domain_aaaa',
      ],
    });
    const both = synthesized(withDomain(prod, { defaultEndpoint: 'on' }));
    expect(resource(both, 'aws_apigatewayv2_api', 'api').disable_execute_api_endpoint).toBe(false);
  });

  it('has a certificate that is validated in the zone, and replaced before the old one goes', () => {
    expect(resource(document, 'aws_acm_certificate', 'domain')).toEqual({
      domain_name: 'api.example.com',
      validation_method: 'DNS',
      lifecycle: { create_before_destroy: true },
    });
    const proof = (part: string) =>
      `\${tolist(aws_acm_certificate.domain.domain_validation_options).0.resource_record_${part}}`;
    expect(resource(document, 'aws_route53_record', 'domain_validation')).toMatchObject({
      name: proof('name'),
      type: proof('type'),
      records: [proof('value')],
      zone_id: 'Z0123456789ABCDEFGHIJ',
    });
    expect(resource(document, 'aws_acm_certificate_validation', 'domain')).toMatchObject({
      validation_record_fqdns: ['${aws_route53_record.domain_validation.fqdn}'],
      timeouts: { create: '30m' },
    });
  });

  it.each(['a', 'aaaa'])('has an alias record of type %s', (type) => {
    expect(resource(document, 'aws_route53_record', `domain_${type}`)).toMatchObject({
      name: 'api.example.com',
      type: type.toUpperCase(),
      zone_id: 'Z0123456789ABCDEFGHIJ',
      alias: {
        name: '${aws_apigatewayv2_domain_name.domain.domain_name_configuration[0].target_domain_name}',
        zone_id: '${aws_apigatewayv2_domain_name.domain.domain_name_configuration[0].hosted_zone_id}',
      },
    });
  });

  it('has neither certificate nor records of ours where the certificate is issued elsewhere', () => {
    const { domain_name_configuration } = resource(issued, 'aws_apigatewayv2_domain_name', 'domain');
    expect(domain_name_configuration).toMatchObject({ certificate_arn: CERTIFICATE_ARN });
    for (const type of ['aws_acm_certificate', 'aws_acm_certificate_validation', 'aws_route53_record'])
      expect(resources(issued, type)).toEqual({});
    expect(issued.output.DomainTarget).toEqual(document.output.DomainTarget);
  });

  it('has clients show a certificate where that is asked for', () => {
    const mutualTls = { truststoreUri: 's3://example-truststore/clients.pem', truststoreVersion: 'v1' };
    const asking = resource(synthesized(withDomain(prod, { mutualTls })), 'aws_apigatewayv2_domain_name', 'domain');
    expect(asking.mutual_tls_authentication).toEqual({
      truststore_uri: 's3://example-truststore/clients.pem',
      truststore_version: 'v1',
    });
  });

  it('is told by outputs, with what its name must lead to', () => {
    const block = '${aws_apigatewayv2_domain_name.domain.domain_name_configuration[0]';
    expect(document.output).toMatchObject({
      ApiUrl: { value: 'https://api.example.com' },
      DomainTarget: { value: `${block}.target_domain_name}` },
      DomainTargetHostedZoneId: { value: `${block}.hosted_zone_id}` },
    });
    expect(synthesized(prod).output).not.toHaveProperty('DomainTarget');
  });
});
