import {
  type FunctionConfiguration,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  ListProvisionedConcurrencyConfigsCommand,
  type ProvisionedConcurrencyConfigListItem,
  paginateListAliases,
  paginateListFunctions,
} from '@aws-sdk/client-lambda';
import type { AwsClients } from './aws-clients.ts';
import type { Names } from './names.ts';
import { byName, collect, type Plain, told, unless, without } from './plain.ts';
import { statementsOf } from './policy-statements.ts';

const IDENTITY = ['CodeSha256', 'CodeSize', 'FunctionArn', 'FunctionName', 'LastModified', 'RevisionId', 'Version'];
const STATE = ['LastUpdateStatus', 'State', 'StateReason', 'StateReasonCode'];

type Lambda = AwsClients['lambda'];

/** Every function, by its name: the settings of what callers get, the alias `live`; the aliases; and who may invoke it. */
export async function readFunctions({ lambda }: AwsClients, names: Names): Promise<Plain> {
  const functions = await collect(paginateListFunctions({ client: lambda }, {}), ({ Functions }) => Functions);
  for (const { FunctionArn, FunctionName } of functions)
    names.add(FunctionArn, `function ${names.short(FunctionName)}`);
  const read = await Promise.all(functions.map(({ FunctionName }) => readFunction(lambda, told(FunctionName))));
  return byName(
    read,
    ({ name }) => names.short(name),
    ({ settings }) => settings,
  );
}

async function readFunction(lambda: Lambda, FunctionName: string) {
  const [live, aliases, concurrency, provisioned, asynchronous, invokers] = await Promise.all([
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: 'live' })),
    collect(paginateListAliases({ client: lambda }, { FunctionName }), ({ Aliases }) => Aliases),
    lambda.send(new GetFunctionConcurrencyCommand({ FunctionName })),
    lambda.send(new ListProvisionedConcurrencyConfigsCommand({ FunctionName })),
    unless(
      'ResourceNotFoundException',
      lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName, Qualifier: 'live' })),
    ),
    readInvokers(lambda, FunctionName),
  ]);
  const aliasNames = byName(
    aliases,
    ({ Name }) => told(Name),
    (alias) => without(alias, 'AliasArn', 'Name', 'RevisionId'),
  );
  const settings = {
    ...settingsOf(live),
    aliases: aliasNames,
    ...without({
      concurrency: without(concurrency, '$metadata'),
      provisioned: (provisioned.ProvisionedConcurrencyConfigs ?? []).map(provisionedBy),
      asynchronous: asynchronous && without(asynchronous, '$metadata', 'FunctionArn', 'LastModified'),
      invokers,
    }),
  };
  return { name: FunctionName, settings };
}

/** `live: 2` */
function provisionedBy({
  FunctionArn,
  RequestedProvisionedConcurrentExecutions,
}: ProvisionedConcurrencyConfigListItem) {
  return `${FunctionArn?.split(':').at(-1)}: ${RequestedProvisionedConcurrentExecutions}`;
}

function settingsOf({
  $metadata: _,
  Environment,
  VpcConfig,
  ...others
}: FunctionConfiguration & { $metadata: unknown }) {
  // moto makes up the VPC's id; it follows from the subnets.
  const network = VpcConfig && without(VpcConfig, 'VpcId');
  return {
    ...without({ ...others, network }, ...IDENTITY, ...STATE),
    variables: Object.fromEntries(
      Object.entries(Environment?.Variables ?? {}).map(([name, text]) => [name, parsed(text)]),
    ),
  };
}

/** Lists are told as lists. */
function parsed(text: string): unknown {
  return text.startsWith('[') ? JSON.parse(text) : text;
}

/**
 * Who may invoke a function, on behalf of what, and by which alias. AWS keeps a policy for each alias and one for the function
 * itself; moto keeps one for all, and tells it whichever is asked for: so what both tell is told once.
 */
async function readInvokers(lambda: Lambda, FunctionName: string): Promise<readonly Plain[]> {
  const policies = await Promise.all(
    [undefined, 'live'].map((Qualifier) =>
      unless('ResourceNotFoundException', lambda.send(new GetPolicyCommand({ FunctionName, Qualifier }))),
    ),
  );
  const statements = policies.flatMap((answer) => (answer?.Policy === undefined ? [] : statementsOf(answer.Policy)));
  const bySid = new Map(statements.map((statement) => [statement.Sid, statement]));
  return [...bySid.values()].map((statement) => without(statement, 'Sid'));
}
