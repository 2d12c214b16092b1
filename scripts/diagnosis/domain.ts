import { type ApiGatewayV2Client, GetApiMappingsCommand, GetDomainNameCommand } from '@aws-sdk/client-apigatewayv2';
import { API_GATEWAY, allPages, ask, askIfThere } from './ask.ts';
import type { Finding } from './finding.ts';
import { readApi } from './read-gateway-v2.ts';

/** What is wrong with the domain by which clients come to an API. */
export async function judgeDomain(
  gateway: Pick<ApiGatewayV2Client, 'send'>,
  DomainName: string,
  apiId: string,
  deploy: string,
): Promise<readonly Finding[]> {
  const where = `domain ${DomainName}`;
  const domain = await askIfThere(API_GATEWAY, () => gateway.send(new GetDomainNameCommand({ DomainName })));
  if (domain === undefined) {
    return [{ code: 'domain-missing', where, what: 'API Gateway has no such domain here', next: deploy }];
  }
  const [mappings, api] = await Promise.all([
    allPages(async (NextToken) => {
      const answer = await ask(API_GATEWAY, () => gateway.send(new GetApiMappingsCommand({ DomainName, NextToken })));
      return { items: answer.Items, next: answer.NextToken };
    }),
    readApi(gateway, apiId),
  ]);
  const pending = (domain.DomainNameConfigurations ?? []).filter(
    ({ DomainNameStatus: status = 'AVAILABLE' }) => status !== 'AVAILABLE',
  );
  const findings: Finding[] = pending.map((one) => ({
    code: 'domain-pending',
    where,
    what: `is ${one.DomainNameStatus}${one.DomainNameStatusMessage ? `: ${one.DomainNameStatusMessage}` : ''}`,
    next: `aws acm describe-certificate --certificate-arn ${one.CertificateArn} --query Certificate.DomainValidationOptions`,
  }));
  if (!mappings.some(({ ApiId }) => ApiId === apiId)) {
    findings.push({
      code: 'domain-unmapped',
      where,
      what: `no stage of HTTP API ${apiId} is mapped to it`,
      next: deploy,
    });
  }
  if (api !== undefined && api.DisableExecuteApiEndpoint !== true) {
    const what = `${api.ApiEndpoint} answers beside ${DomainName}`;
    const next = "leave domain.defaultEndpoint: 'on' out of the environment, and apply it";
    findings.push({ code: 'default-endpoint', where: `HTTP API ${apiId}`, what, next });
  }
  return findings;
}
