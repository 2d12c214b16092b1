import { DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import {
  type FunctionConfiguration,
  GetAliasCommand,
  type LambdaClient,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import type { OperatorClients } from '@cloakroom/aws/operator';
import { isPinDescription } from '@cloakroom/terraform';
import { explainAwsError } from './explain-aws-error.ts';
import type { SynthesizedFunction, SynthesizedStack } from './smoke-stack.ts';
import { type Step, StepFailure } from './smoke-steps.ts';

interface AwsOptions {
  readonly clients: { readonly dynamodb: Pick<OperatorClients['dynamodb'], 'send'>; readonly lambda: LambdaClient };
  readonly stack: SynthesizedStack;
  /** Of the local AWS; undefined on AWS. */
  readonly endpoint: string | undefined;
  /** What applies the stack: `scripts/deploy dev`. */
  readonly deploy: string;
}

/** The names of the steps, where a stack cannot be looked for. */
export const AWS_STEPS = [
  'items expire',
  'live is the newest version',
  'live runs what was synthesized',
  'live has sign-in open or closed, as was said',
] as const;

/** What only AWS can tell, and nobody notices for weeks. Each step is for itself. */
export function awsSteps({ clients, stack, endpoint, deploy }: AwsOptions): readonly Step[] {
  const explained = async <T>(service: string, action: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw explainAwsError(error, { service, denied: `look into it: allow them ${action}`, endpoint });
    }
  };
  const lives = once(() =>
    explained('Lambda', 'lambda:GetAlias and lambda:ListVersionsByFunction', () =>
      Promise.all(stack.functions.map((one) => readLive(clients.lambda, one))),
    ),
  );
  return [
    {
      name: AWS_STEPS[0],
      next: `apply the stack again: ${deploy}. Until then ended sessions and old events stay in the table for ever`,
      async run() {
        for (const { name: TableName, ttlAttribute } of stack.tables) {
          const { TimeToLiveDescription: { TimeToLiveStatus: status, AttributeName: attribute } = {} } =
            await explained('DynamoDB', 'dynamodb:DescribeTimeToLive', () =>
              clients.dynamodb.send(new DescribeTimeToLiveCommand({ TableName })),
            );
          const isOn = ['ENABLED', 'ENABLING'].includes(status ?? '') && attribute === ttlAttribute;
          if (!isOn)
            throw new StepFailure(
              `time to live of ${TableName} is ${status} by ${attribute ?? 'no attribute'}, not ENABLED by ${ttlAttribute}`,
            );
        }
        return stack.tables.map(({ name }) => name).join(', ');
      },
    },
    {
      name: AWS_STEPS[1],
      next: `apply the stack again: ${deploy}`,
      async run() {
        const all = await lives();
        const stale = all.filter(({ version, expected }) => version !== expected);
        assertNone(stale.map(describeStale));
        const pinned = all.filter(({ isPinned }) => isPinned).map(({ name, version }) => `${name} to ${version}`);
        return `${all.length} functions${pinned.length === 0 ? '' : `, of which pinned: ${pinned.join(', ')}`}`;
      },
    },
    {
      name: AWS_STEPS[2],
      next: `synthesize what was deployed and ask again, or deploy what is here: ${deploy}`,
      async run() {
        const released = (await lives()).filter(({ isPinned }) => !isPinned);
        const others = released.filter(({ codeSha256, synthesized }) => codeSha256 !== synthesized);
        assertNone(
          others.map((one) => `${one.name}: code ${one.codeSha256} in version ${one.version}, not ${one.synthesized}`),
        );
        return `${released.length} functions`;
      },
    },
    {
      name: AWS_STEPS[3],
      next: `let the newest version serve: scripts/rollback with --release where it is pinned, else ${deploy}`,
      async run() {
        const told = (await lives()).filter(({ bootstrap }) => bootstrap !== undefined);
        const others = told.filter(({ bootstrap, served }) => served.some((value) => value !== bootstrap));
        assertNone(others.map(describeBootstrap));
        return told[0]?.bootstrap === 'off' ? 'closed: nobody gets in who has no session yet' : 'open';
      },
    },
  ];
}

/** What an alias stands for, beside what could be. */
interface Live {
  readonly name: string;
  readonly version: string;
  /** What it is pinned to, or the newest. */
  readonly expected: string;
  /** By the stack, or by what the alias says of itself. */
  readonly isPinned: boolean;
  readonly codeSha256: string | undefined;
  readonly synthesized: string;
  /** Of a function that lets people in, the value of `BOOTSTRAP` that it was synthesized with. */
  readonly bootstrap: string | undefined;
  /** The same of each version that serves, be it for a share of the invocations. */
  readonly served: readonly string[];
}

async function readLive(lambda: LambdaClient, one: SynthesizedFunction): Promise<Live> {
  const { name, codeSha256, pinnedTo, bootstrap } = one;
  const alias = await lambda.send(new GetAliasCommand({ FunctionName: name, Name: 'live' }));
  const { FunctionVersion: version = '', Description: description = '', RoutingConfig } = alias;
  const versions = new Map<string, FunctionConfiguration>();
  for await (const page of paginateListVersionsByFunction({ client: lambda }, { FunctionName: name })) {
    for (const configuration of page.Versions ?? []) versions.set(configuration.Version ?? '', configuration);
  }
  const newest = Math.max(...[...versions.keys()].map(Number).filter(Number.isInteger));
  const isMarked = isPinDescription(description);
  return {
    name,
    version,
    expected: pinnedTo ?? (isMarked ? version : String(newest)),
    isPinned: pinnedTo !== undefined || isMarked,
    codeSha256: versions.get(version)?.CodeSha256,
    synthesized: codeSha256,
    bootstrap,
    served: [version, ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {})].map((each) =>
      bootstrapOf(versions.get(each)),
    ),
  };
}

/** A version from before there was such a variable lets people in. */
function bootstrapOf(version: FunctionConfiguration | undefined): string {
  return version?.Environment?.Variables?.BOOTSTRAP ?? 'on';
}

function describeBootstrap({ name, version, bootstrap, served }: Live): string {
  const wrong = served.find((value) => value !== bootstrap);
  return `${name}: sign-in is ${wrong} by version ${version} or the one beside it, and the environment says ${bootstrap}`;
}

function describeStale({ name, version, expected, isPinned }: Live): string {
  return isPinned
    ? `${name}: ${version}, and it is pinned to ${expected}`
    : `${name}: ${version}, and the newest is ${expected}`;
}

function assertNone(problems: readonly string[]): void {
  const [first, ...more] = problems;
  if (first === undefined) return;
  throw new StepFailure(more.length === 0 ? first : `${first}; and ${more.length} more functions`);
}

/** Does it at the first call, and gives all calls that one's result. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
