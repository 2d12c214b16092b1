import type { Lambda } from './live-versions.ts';

/** A function in the account: its versions by number, each with when it was published. */
export interface AccountFunction {
  readonly versions: Record<
    string,
    { LastModified: string; Role?: string; VpcConfig?: object; CodeSha256?: string; Environment?: object }
  >;
  live: string;
  weights?: Record<string, number>;
  description?: string;
  revision?: number;
}

/** What AWS refuses of a call, by an error of this name. */
export class AwsRefusal extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Lambda with these functions, by their names in AWS. `fails` may throw before an alias is moved. */
export function fakeLambda(
  functions: Record<string, AccountFunction>,
  fails: (functionName: string) => void = () => undefined,
): Lambda {
  const answers: Record<string, (input: Record<string, never>, one: AccountFunction) => object> = {
    ListAliasesCommand: (_, one) => ({ Aliases: [aliasOf(one)] }),
    ListVersionsByFunctionCommand: (_, { versions }) => ({
      Versions: [['$LATEST', Object.values(versions).at(-1)] as const, ...Object.entries(versions)].map(
        ([Version, facts]) => ({ Version, CodeSha256: `sha-${Version}`, Role: 'role', ...facts }),
      ),
    }),
    UpdateAliasCommand(input, one) {
      fails(input.FunctionName ?? '');
      if (input.RevisionId !== String(one.revision ?? 1)) {
        throw new AwsRefusal('PreconditionFailedException', 'The RevisionId provided does not match');
      }
      Object.assign(one, {
        live: input.FunctionVersion,
        weights: (input.RoutingConfig as { AdditionalVersionWeights?: object } | undefined)?.AdditionalVersionWeights,
        description: input.Description,
        revision: (one.revision ?? 1) + 1,
      });
      return aliasOf(one);
    },
  };
  const send = async (command: { constructor: { name: string }; input: Record<string, never> }) => {
    const one = functions[command.input.FunctionName ?? ''];
    if (one === undefined) throw new AwsRefusal('ResourceNotFoundException', 'Function not found');
    return answers[command.constructor.name]?.(command.input, one);
  };
  return { send } as unknown as Lambda;
}

function aliasOf({ live, weights = {}, description = '', revision = 1 }: AccountFunction): object {
  return {
    Name: 'live',
    FunctionVersion: live,
    Description: description,
    RevisionId: String(revision),
    ...(Object.keys(weights).length === 0 ? {} : { RoutingConfig: { AdditionalVersionWeights: weights } }),
  };
}
