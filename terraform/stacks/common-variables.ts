import type { Environment } from '../environments/environment.ts';

/** What every function is told: its version, how AWS Powertools names and filters its log lines and metrics, and whose rights it takes. */
export function commonVariables(
  functionName: string,
  environment: Pick<Environment, 'app' | 'name' | 'logLevel' | 'dataRoleArn'>,
  version: string,
): Readonly<Record<string, string>> {
  const { logLevel, dataRoleArn } = environment;
  return {
    CLOAKROOM_VERSION: version,
    POWERTOOLS_SERVICE_NAME: functionName,
    POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(environment),
    POWERTOOLS_LOG_LEVEL: logLevel,
    ...(dataRoleArn === undefined ? {} : { CLOAKROOM_ROLE_ARN: dataRoleArn }),
  };
}

/** Of our own metrics. Those of another environment in the account must not make this one's alarms fire. */
export function metricsNamespace({ app, name }: Pick<Environment, 'app' | 'name'>): string {
  return `${app}-${name}`;
}

const ENDPOINT_VARIABLES = {
  dynamodb: 'AWS_ENDPOINT_URL_DYNAMODB',
  sqs: 'AWS_ENDPOINT_URL_SQS',
  sts: 'AWS_ENDPOINT_URL_STS',
} as const;

/**
 * Where AWS is reached, in the variables that its SDKs read. With a VPC for the functions inside alone: the addresses of its
 * endpoints lead nowhere from outside.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointVariables(
  { insideVpc }: { readonly insideVpc: boolean },
  { endpointUrls = {}, network }: Pick<Environment, 'endpointUrls' | 'network'>,
): Readonly<Record<string, string>> {
  if (network !== undefined && !insideVpc) return {};
  const urls = Object.entries(ENDPOINT_VARIABLES).flatMap(([service, variable]) => {
    const url = endpointUrls[service as keyof typeof ENDPOINT_VARIABLES];
    return url === undefined ? [] : [[variable, url]];
  });
  return Object.fromEntries(urls);
}
