import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { type Pin, pinDescription } from '@cloakroom/terraform';
import type { Lambda, LiveAlias, LiveFunction } from './live-versions.ts';

/** Where an alias is to be, and what it says of itself. */
export type AliasPlace = Omit<LiveAlias, 'revisionId'>;

/** A function whose alias is to be somewhere. */
export interface AliasMove {
  readonly function: LiveFunction;
  readonly place: AliasPlace;
}

/** Where the alias of a pinned function is: what synthesis makes of the pin. */
export function placeOf(pin: Pin): AliasPlace {
  const { version, next } = pin;
  return {
    version,
    weights: next === undefined ? {} : { [next.version]: next.weight },
    description: pinDescription(pin),
  };
}

/** Where the alias of a function is that is not pinned. */
export function unpinnedAt(version: string): AliasPlace {
  return { version, weights: {}, description: '' };
}

/** Whether it is there already. */
function isAt({ live }: Pick<LiveFunction, 'live'>, place: AliasPlace): boolean {
  const facts = ({ version, weights, description }: AliasPlace) =>
    JSON.stringify([version, Object.entries(weights), description]);
  return facts(live) === facts(place);
}

/**
 * Moves aliases, each if it is still as it was read. One that cannot be moved does not keep the others.
 *
 * @param moved is told of each that is where it should be
 * @throws Error naming those that are not, and why
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
 */
export async function moveAliases(
  lambda: Lambda,
  moves: readonly AliasMove[],
  moved: (one: LiveFunction, place: AliasPlace) => void,
): Promise<void> {
  const results = await Promise.allSettled(
    moves.map(async ({ function: one, place }) => {
      if (!isAt(one, place)) await moveAlias(lambda, one, place);
      moved(one, place);
    }),
  );
  const problems = results.flatMap((result, index) =>
    result.status === 'fulfilled' ? [] : [`${moves[index]?.function.name}: ${explain(result.reason)}`],
  );
  if (problems.length > 0) throw new Error(`not moved, so run this again: ${problems.join('; ')}`);
}

async function moveAlias(lambda: Lambda, { functionName, live }: LiveFunction, place: AliasPlace): Promise<void> {
  await lambda.send(
    new UpdateAliasCommand({
      FunctionName: functionName,
      Name: 'live',
      FunctionVersion: place.version,
      RoutingConfig: { AdditionalVersionWeights: { ...place.weights } },
      Description: place.description,
      RevisionId: live.revisionId,
    }),
  );
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'PreconditionFailedException'
    ? 'somebody else has moved it since it was read'
    : `${error.name}: ${error.message}`;
}
