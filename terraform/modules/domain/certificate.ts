import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate/index.js';
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation/index.js';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { NEW_BEFORE_OLD } from '../protection.ts';

const RECORD_TTL_SECONDS = 300;
/** ACM sees the record within minutes. Longer, and the hosted zone is not the one that the internet asks. */
const VALIDATION_LIMIT = '30m';

export interface CertificateProps {
  readonly name: string;
  readonly hostedZoneId: string;
}

/**
 * A public certificate of ACM, `aws_acm_certificate.<id>`, validated by a record in a hosted zone of Route 53. ACM renews it for as long as the
 * record is there.
 *
 * @see https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
export class Certificate extends Construct {
  /** Known once the certificate is issued. */
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, hostedZoneId }: CertificateProps) {
    super(scope, `${id}-certificate`);
    const certificate = new AcmCertificate(this, 'this', {
      domainName: name,
      validationMethod: 'DNS',
      ...NEW_BEFORE_OLD,
    });
    fixedId(certificate, id);
    const proof = certificate.domainValidationOptions.get(0);
    const record = new Route53Record(this, 'validation', {
      zoneId: hostedZoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: RECORD_TTL_SECONDS,
      // An account proves each name by the same record, whichever of its certificates asks: another one may have made it.
      allowOverwrite: true,
    });
    fixedId(record, `${id}_validation`);
    const validation = new AcmCertificateValidation(this, 'issued', {
      certificateArn: certificate.arn,
      validationRecordFqdns: [record.fqdn],
      timeouts: { create: VALIDATION_LIMIT },
    });
    this.arn = fixedId(validation, id).certificateArn;
  }
}
