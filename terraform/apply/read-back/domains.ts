import {
  type ApiMapping,
  type DomainName,
  GetApiCommand,
  GetApiMappingsCommand,
  GetDomainNamesCommand,
} from '@aws-sdk/client-apigatewayv2';
import type { AwsClients } from './aws-clients.ts';
import type { Names } from './names.ts';
import { byName, type Plain, told, without } from './plain.ts';

/** Every domain of API Gateway, by its name, with the APIs that it leads to by their paths. */
export async function readDomains({ gateway }: Pick<AwsClients, 'gateway'>, names: Names): Promise<Plain> {
  const { Items: domains = [] } = await gateway.send(new GetDomainNamesCommand({ MaxResults: '1000' }));
  const read = await Promise.all(domains.map((domain) => readDomain(gateway, names, domain)));
  return byName(
    read,
    ({ name }) => name,
    ({ settings }) => settings,
  );
}

async function readDomain(gateway: AwsClients['gateway'], names: Names, domain: DomainName) {
  const name = told(domain.DomainName);
  const { Items: mappings = [] } = await gateway.send(new GetApiMappingsCommand({ DomainName: name }));
  const leadsTo = await Promise.all(mappings.map((mapping) => destinationOf(gateway, names, mapping)));
  const configurations = domain.DomainNameConfigurations?.map((one) =>
    without(one, 'ApiGatewayDomainName', 'CertificateArn', 'HostedZoneId'),
  );
  return {
    name,
    settings: {
      ...without(domain, 'DomainName', 'DomainNameArn', 'DomainNameConfigurations', 'Tags'),
      configurations,
      leadsTo: Object.fromEntries(leadsTo),
    },
  };
}

/** `['/', 'cloakroom $default']` */
async function destinationOf(gateway: AwsClients['gateway'], names: Names, mapping: ApiMapping) {
  const { ApiId, ApiMappingKey = '', Stage } = mapping;
  const { Name } = await gateway.send(new GetApiCommand({ ApiId }));
  return [`/${ApiMappingKey}`, `${names.short(Name)} ${Stage}`] as const;
}
