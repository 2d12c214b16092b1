import type { TerraformDocument } from '../synthesis/terraform-document.ts';

/** What clients meet: the API, its stage and routes, and what a domain is made of. */
const KEPT = /^aws_(acm_certificate|acm_certificate_validation|apigatewayv2_\w+|route53_record)$/;
const FUNCTION = 'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/$1/invocations';

/**
 * A stack without the functions behind its API, which is applied within seconds: for what does not depend on them. They are named as if they
 * were there.
 */
export function gatewayAlone(document: TerraformDocument): TerraformDocument {
  const kept = Object.entries(document.resource).filter(([type]) => KEPT.test(type));
  const { api_access = {} } = document.resource.aws_cloudwatch_log_group ?? {};
  const told = Object.entries(document.output).filter(([name]) => /^(ApiUrl|ApiId|DomainTarget)/.test(name));
  const reduced = {
    ...document,
    resource: { ...Object.fromEntries(kept), aws_cloudwatch_log_group: { api_access } },
    output: Object.fromEntries(told),
  };
  return JSON.parse(JSON.stringify(reduced), (key, value: unknown) => {
    if (key === 'depends_on' && Array.isArray(value))
      return value.filter((address) => !String(address).startsWith('aws_lambda_'));
    return typeof value === 'string' ? value.replace(/^\$\{aws_lambda_alias\.(\w+)\.invoke_arn\}$/, FUNCTION) : value;
  }) as TerraformDocument;
}
