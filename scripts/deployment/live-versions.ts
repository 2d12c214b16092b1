import {
  type FunctionConfiguration,
  type LambdaClient,
  ListAliasesCommand,
  ListVersionsByFunctionCommand,
} from '@aws-sdk/client-lambda';

export type Lambda = Pick<LambdaClient, 'send'>;

/** A published version of a function, or `$LATEST`, from which the next one is published. */
export interface FunctionVersion {
  /** `41`, or `$LATEST` */
  readonly version: string;
  /** Of its zip, base64. */
  readonly sha256: string;
  /** When it came to be, as Lambda tells it: `2026-11-26T12:00:00.000+0000`. */
  readonly modified: string;
  readonly role: string;
  /** Its subnets and security groups; none outside a VPC. */
  readonly network: readonly string[];
  /** The names of the tables that it works on. */
  readonly tables: readonly string[];
  /** All that a version holds besides its code, as text that is the same for the same settings. */
  readonly settings: string;
}

/** What `live` points at. */
export interface LiveAlias {
  readonly version: string;
  /** What part of the requests goes to which other version, while a rollout is under way: 0.1 is one of ten. */
  readonly weights: Readonly<Record<string, number>>;
  readonly description: string;
  /** Another one after every change of the alias. */
  readonly revisionId: string;
}

/** What serves, and what else there is of a function. */
export interface LiveFunction {
  /** As in FunctionNames: `authorizer`. */
  readonly name: string;
  /** In AWS: `cloakroom-prod-authorizer`. */
  readonly functionName: string;
  readonly live: LiveAlias;
  /** What any alias points at. */
  readonly aliased: readonly string[];
  readonly latest: FunctionVersion;
  /** The published ones, oldest first. */
  readonly versions: readonly FunctionVersion[];
}

/**
 * What `live` of each function is, and the versions that there are. By the SDK, and all at once: the AWS CLI takes a second for each
 * question, and there are two for each function.
 *
 * @param functionNames names in AWS by short names, as the output FunctionNames has them. One that has no `live` yet is left out
 */
export async function readLiveVersions(
  lambda: Lambda,
  functionNames: Readonly<Record<string, string>>,
): Promise<readonly LiveFunction[]> {
  const found = await Promise.all(
    Object.entries(functionNames).map(([name, functionName]) => readOne(lambda, name, functionName)),
  );
  return found.filter((one) => one !== undefined);
}

async function readOne(lambda: Lambda, name: string, functionName: string): Promise<LiveFunction | undefined> {
  const [aliases, all] = await Promise.all([readAliases(lambda, functionName), readVersions(lambda, functionName)]);
  const live = aliases.find(({ Name }) => Name === 'live');
  const latest = all.find(({ version }) => version === '$LATEST');
  if (live?.FunctionVersion === undefined || latest === undefined) return undefined;
  const weightsOf = (alias: (typeof aliases)[number]) => alias.RoutingConfig?.AdditionalVersionWeights ?? {};
  return {
    name,
    functionName,
    live: {
      version: live.FunctionVersion,
      weights: weightsOf(live),
      description: live.Description ?? '',
      revisionId: live.RevisionId ?? '',
    },
    aliased: aliases.flatMap((alias) => [alias.FunctionVersion ?? '', ...Object.keys(weightsOf(alias))]),
    latest,
    versions: all.filter((one) => one !== latest).toSorted((one, other) => Number(one.version) - Number(other.version)),
  };
}

async function readAliases(lambda: Lambda, FunctionName: string) {
  return everyPage(async (Marker) => {
    const page = await lambda.send(new ListAliasesCommand({ FunctionName, Marker }));
    return { items: page.Aliases ?? [], next: page.NextMarker };
  });
}

async function readVersions(lambda: Lambda, FunctionName: string): Promise<readonly FunctionVersion[]> {
  const configurations = await everyPage(async (Marker) => {
    const page = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName, Marker }));
    return { items: page.Versions ?? [], next: page.NextMarker };
  });
  return configurations.map((configuration) => ({
    version: configuration.Version ?? '',
    sha256: configuration.CodeSha256 ?? '',
    modified: configuration.LastModified ?? '',
    role: configuration.Role ?? '',
    network: networkOf(configuration),
    tables: tablesOf(configuration),
    settings: settingsOf(configuration),
  }));
}

function networkOf({ VpcConfig: { SubnetIds = [], SecurityGroupIds = [] } = {} }: FunctionConfiguration) {
  return [...SubnetIds, ...SecurityGroupIds].toSorted();
}

function tablesOf({ Environment: { Variables: { SESSIONS_TABLE, EVENTS_TABLE } = {} } = {} }: FunctionConfiguration) {
  return [SESSIONS_TABLE, EVENTS_TABLE].filter((table) => table !== undefined);
}

/** A function that is not there yet has none. */
async function everyPage<T>(
  read: (marker: string | undefined) => Promise<{ items: readonly T[]; next: string | undefined }>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let marker: string | undefined;
  do {
    try {
      const page = await read(marker);
      items.push(...page.items);
      marker = page.next;
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return [];
      throw error;
    }
  } while (marker !== undefined);
  return items;
}

/**
 * What a version keeps for ever once it is published: all that Terraform can set, and nothing that AWS notes of its own accord.
 * Lists come in any order.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
 */
function settingsOf(configuration: FunctionConfiguration): string {
  const { VpcConfig, Environment, Layers, LoggingConfig } = configuration;
  const settings = {
    role: configuration.Role,
    runtime: configuration.Runtime,
    handler: configuration.Handler,
    timeoutSeconds: configuration.Timeout,
    memoryMb: configuration.MemorySize,
    variables: Object.entries(Environment?.Variables ?? {}).toSorted(),
    key: configuration.KMSKeyArn || undefined,
    subnets: (VpcConfig?.SubnetIds ?? []).toSorted(),
    securityGroups: (VpcConfig?.SecurityGroupIds ?? []).toSorted(),
    deadLetters: configuration.DeadLetterConfig?.TargetArn || undefined,
    tracing: configuration.TracingConfig?.Mode,
    architectures: (configuration.Architectures ?? []).toSorted(),
    layers: (Layers ?? []).map(({ Arn }) => Arn),
    storageMb: configuration.EphemeralStorage?.Size,
    logs: [LoggingConfig?.LogGroup, LoggingConfig?.LogFormat, LoggingConfig?.ApplicationLogLevel],
  };
  return JSON.stringify(settings);
}

/** The number that was given last. @throws Error when nothing is published */
export function newestOf({ functionName, versions }: LiveFunction): FunctionVersion {
  const newest = versions.at(-1);
  if (newest === undefined) throw new Error(`${functionName} has no published version`);
  return newest;
}

/** @throws Error naming the versions that there are */
export function requireVersion({ name, versions }: LiveFunction, version: string): FunctionVersion {
  const found = versions.find((known) => known.version === version);
  if (found !== undefined) return found;
  throw new Error(`${name} has no version ${version}: there are ${versions.map((known) => known.version).join(', ')}`);
}
