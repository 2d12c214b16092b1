import { Apigatewayv2DomainName } from '@cdktf/provider-aws/lib/apigatewayv2-domain-name/index.js';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js';
import type { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { NEW_BEFORE_OLD, type Protection, protectedLifecycle } from '../protection.ts';
import { Certificate } from './certificate.ts';

export interface DomainProps {
  /** `api.example.com` */
  readonly name: string;
  /** Of Route 53. Absent: the name is led to {@link Domain.target} by whoever has its zone. */
  readonly hostedZoneId: string | undefined;
  /** Of an issued certificate of the same region. Absent: one is made, and validated in the hosted zone. */
  readonly certificateArn: string | undefined;
  /** Clients must show a certificate that one of these in S3 has signed. */
  readonly mutualTls: { readonly truststoreUri: string; readonly truststoreVersion?: string | undefined } | undefined;
  readonly protection: Pick<Protection, 'preventDestroy'>;
}

/**
 * A regional domain of API Gateway, `aws_apigatewayv2_domain_name.<id>`, TLS 1.2 or newer, with its certificate and its records where there is a
 * hosted zone. It leads nowhere before an API is mapped to it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
 */
export class Domain extends Construct {
  readonly name: string;
  /** What the name must lead to, by CNAME or alias: `d-….execute-api.….amazonaws.com`. */
  readonly target: string;
  /** The hosted zone of {@link target}, which an alias record of Route 53 asks for. */
  readonly targetHostedZoneId: string;
  /** What must be there before clients are sent to the domain. */
  readonly ready: TerraformResource[];

  constructor(scope: Construct, id: string, props: DomainProps) {
    super(scope, id);
    const { hostedZoneId } = props;
    const domain = new Apigatewayv2DomainName(this, 'this', {
      domainName: props.name,
      domainNameConfiguration: {
        certificateArn: props.certificateArn ?? this.#makeCertificate(id, props),
        endpointType: 'REGIONAL',
        securityPolicy: 'TLS_1_2',
      },
      ...mutualTlsOf(props.mutualTls),
      lifecycle: { ...NEW_BEFORE_OLD.lifecycle, ...protectedLifecycle(props.protection).lifecycle },
    });
    fixedId(domain, id);
    this.name = domain.domainName;
    this.target = domain.domainNameConfiguration.targetDomainName;
    this.targetHostedZoneId = domain.domainNameConfiguration.hostedZoneId;
    const records = hostedZoneId === undefined ? [] : this.#addRecords(id, props.name, hostedZoneId);
    this.ready = [domain, ...records];
  }

  #makeCertificate(id: string, { name, hostedZoneId }: DomainProps): string {
    if (hostedZoneId === undefined) throw new Error(`${name} has neither a certificate nor a hosted zone`);
    return new Certificate(this, id, { name, hostedZoneId }).arn;
  }

  #addRecords(id: string, name: string, zoneId: string): readonly Route53Record[] {
    return ['A', 'AAAA'].map((type) => {
      const record = new Route53Record(this, type, {
        zoneId,
        name,
        type,
        alias: { name: this.target, zoneId: this.targetHostedZoneId, evaluateTargetHealth: false },
        ...NEW_BEFORE_OLD,
      });
      return fixedId(record, `${id}_${type.toLowerCase()}`);
    });
  }
}

function mutualTlsOf(told: DomainProps['mutualTls']) {
  if (told === undefined) return {};
  const { truststoreUri, truststoreVersion } = told;
  return {
    mutualTlsAuthentication: { truststoreUri, ...(truststoreVersion === undefined ? {} : { truststoreVersion }) },
  };
}
