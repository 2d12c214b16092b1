import type { FunctionConfig } from './function-config.ts';

/** Temporary credentials of a role, as Lambda puts them into the environment. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** One execution environment of a function. */
export interface EnvironmentFacts {
  readonly config: FunctionConfig;
  readonly credentials: RoleCredentials;
  /** Folder of the unpacked package. */
  readonly taskRoot: string;
  readonly logStream: string;
  /** `host:port` of the Runtime API. */
  readonly runtimeApi: string;
  readonly version: string;
  readonly awsEndpoint: string;
}

type Variable = (facts: EnvironmentFacts) => string;

/**
 * The variables that Lambda keeps for itself. With the defaults below they are all it sets: a function sees these and those
 * of its resource.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
const RESERVED: Readonly<Record<string, Variable>> = {
  _HANDLER: ({ config }) => config.handler,
  AWS_ACCESS_KEY_ID: ({ credentials }) => credentials.accessKeyId,
  AWS_DEFAULT_REGION: ({ config }) => config.region,
  AWS_EXECUTION_ENV: ({ config }) => `AWS_Lambda_${config.runtime}`,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: ({ config }) => String(config.memoryMb),
  AWS_LAMBDA_FUNCTION_NAME: ({ config }) => config.functionName,
  AWS_LAMBDA_FUNCTION_VERSION: ({ version }) => version,
  AWS_LAMBDA_INITIALIZATION_TYPE: () => 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: ({ config }) => config.logGroup,
  AWS_LAMBDA_LOG_STREAM_NAME: ({ logStream }) => logStream,
  AWS_LAMBDA_RUNTIME_API: ({ runtimeApi }) => runtimeApi,
  AWS_REGION: ({ config }) => config.region,
  AWS_SECRET_ACCESS_KEY: ({ credentials }) => credentials.secretAccessKey,
  AWS_SESSION_TOKEN: ({ credentials }) => credentials.sessionToken,
  LAMBDA_RUNTIME_DIR: () => '/var/runtime',
  LAMBDA_TASK_ROOT: ({ taskRoot }) => taskRoot,
};

/** What a function gets as long as its resource says nothing else: these names are not reserved. */
const DEFAULTS: Readonly<Record<string, string>> = {
  LANG: 'en_US.UTF-8',
  PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
  TZ: ':UTC',
};

/** The whole environment of a function's process: Lambda's defaults, its own variables, what Lambda reserves, and the address of the local AWS. */
export function processVariables(facts: EnvironmentFacts): Record<string, string> {
  const reserved = Object.entries(RESERVED).map(([name, value]) => [name, value(facts)]);
  return {
    ...DEFAULTS,
    ...facts.config.variables,
    ...Object.fromEntries(reserved),
    AWS_ENDPOINT_URL: facts.awsEndpoint,
  };
}
