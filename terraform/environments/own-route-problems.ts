import { RouteKey } from '../modules/http_api/route-key.ts';

/** How paths of Cloakroom begin, in later releases too. */
export const CLOAKROOM_PATHS: readonly string[] = ['auth', 'health', 'ready', 'sessions', 'users'];

/**
 * What is wrong with the routes of a team, a sentence for each. A route that is told from another by nothing, or that could take
 * requests meant for Cloakroom, is refused: which of the two would answer is nothing to guess.
 *
 * @param routes which function serves a route key
 * @param functions the names of the team's functions
 */
export function ownRouteProblems(
  routes: Readonly<Record<string, string>>,
  functions: readonly string[],
): readonly string[] {
  const keys = Object.keys(routes).flatMap((text) => keyOf(text) ?? []);
  return [
    ...Object.entries(routes).flatMap(([text, name]) => [
      ...(keyOf(text) === undefined
        ? [`${text} must be a method and a path of plain segments and {parameters}, such as GET /orders/{orderId}`]
        : []),
      ...(functions.includes(name)
        ? []
        : [`${text} is for ${name}, which is none of own.functions: ${functions.join(', ')}`]),
    ]),
    ...keys.flatMap(({ text }) => pathProblem(text)),
    ...alike(keys, ({ text }) => text.replace(/\{\w+\}/g, '{}'), 'are one route to API Gateway: drop one'),
    ...alike(keys, ({ slug }) => slug, 'would have one address in Terraform: rename a segment of one'),
  ];
}

function keyOf(text: string): RouteKey | undefined {
  try {
    return new RouteKey(text);
  } catch {
    return undefined;
  }
}

function pathProblem(text: string): readonly string[] {
  const [, first = ''] = text.split('/');
  if (first.startsWith('{')) return [`${text} would take any path: begin it with a plain segment`];
  return CLOAKROOM_PATHS.includes(first) ? [`${text}: paths below /${first} are Cloakroom's own, take another`] : [];
}

function alike(keys: readonly RouteKey[], of: (key: RouteKey) => string, problem: string): readonly string[] {
  const groups = [...Map.groupBy(keys, of).values()].filter((group) => group.length > 1);
  return groups.map((group) => `${group.map(({ text }) => text).join(' and ')} ${problem}`);
}
