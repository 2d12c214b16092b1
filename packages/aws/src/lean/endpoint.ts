import { ConfigurationError } from '@cloakroom/core';
import type { Variables } from './environment.ts';

/** A service as its host name has it, which is also the end of its variable's name: `AWS_ENDPOINT_URL_DYNAMODB`. */
export type EndpointService = 'dynamodb' | 'sts';

interface Partition {
  /** What the names of its regions begin with. */
  readonly regions: string;
  readonly suffix: string;
  /** Of hosts that answer on IPv6 too. */
  readonly dualStackSuffix: string;
}

/** Where names do not end in `amazonaws.com` and `api.aws`. */
const PARTITIONS: readonly Partition[] = [
  { regions: 'cn-', suffix: 'amazonaws.com.cn', dualStackSuffix: 'api.amazonwebservices.com.cn' },
  { regions: 'eusc-', suffix: 'amazonaws.eu', dualStackSuffix: 'api.amazonwebservices.eu' },
  { regions: 'us-iso-', suffix: 'c2s.ic.gov', dualStackSuffix: 'api.aws.ic.gov' },
  { regions: 'us-isob-', suffix: 'sc2s.sgov.gov', dualStackSuffix: 'api.aws.scloud' },
  { regions: 'eu-isoe-', suffix: 'cloud.adc-e.uk', dualStackSuffix: 'api.cloud-aws.adc-e.uk' },
  { regions: 'us-isof-', suffix: 'csp.hci.ic.gov', dualStackSuffix: 'api.aws.hci.ic.gov' },
];
const COMMERCIAL: Partition = { regions: '', suffix: 'amazonaws.com', dualStackSuffix: 'api.aws' };
/** FIPS is the only kind there, under the usual name. */
const GOVERNMENT = 'us-gov-';

/**
 * The regional endpoint, as the SDK finds it in the variables of the environment. Shared configuration files are not read.
 *
 * @throws ConfigurationError when a variable holds no address
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointOf(service: EndpointService, region: string, variables: Variables): URL {
  return configured(service, variables) ?? new URL(`https://${hostOf(service, region, variables)}`);
}

function configured(service: EndpointService, variables: Variables): URL | undefined {
  if (isTrue(variables.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS)) return undefined;
  const own = `AWS_ENDPOINT_URL_${service.toUpperCase()}`;
  // An empty variable is an absent one.
  const name = [own, 'AWS_ENDPOINT_URL'].find((name) => variables[name]);
  if (name === undefined) return undefined;
  const url = URL.parse(variables[name] ?? '');
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new ConfigurationError([`${name} must be an address that begins with https:// or http://`]);
}

function hostOf(service: EndpointService, region: string, variables: Variables): string {
  const partition = PARTITIONS.find(({ regions }) => region.startsWith(regions)) ?? COMMERCIAL;
  const isDualStack = isTrue(variables.AWS_USE_DUALSTACK_ENDPOINT);
  const isFips = isTrue(variables.AWS_USE_FIPS_ENDPOINT) && (isDualStack || !region.startsWith(GOVERNMENT));
  const name = isFips ? `${service}-fips` : service;
  return `${name}.${region}.${isDualStack ? partition.dualStackSuffix : partition.suffix}`;
}

function isTrue(value: string | undefined): boolean {
  return value === 'true';
}
