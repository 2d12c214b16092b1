import { ConfigurationError } from '@cloakroom/core';
import type { Throttle } from './stage.ts';

/** Of the whole API; of each route that anybody may reach, so that a flood of one leaves the others theirs; and of single routes by their keys. */
export interface RouteThrottles extends Throttle {
  readonly publicRoute: Throttle;
  readonly routes?: Readonly<Record<string, Throttle>> | undefined;
}

/** What a route has of its own. Undefined: it shares that of the whole API. */
export function throttleOf(
  { publicRoute, routes = {} }: RouteThrottles,
  routeKey: string,
  authorization: 'CUSTOM' | 'NONE',
): Throttle | undefined {
  if (Object.hasOwn(routes, routeKey)) return routes[routeKey];
  return authorization === 'NONE' ? publicRoute : undefined;
}

/** @throws ConfigurationError naming each route that is not there, with those that are */
export function assertThrottledRoutesExist({ routes = {} }: RouteThrottles, routeKeys: readonly string[]): void {
  const unknown = Object.keys(routes).filter((routeKey) => !routeKeys.includes(routeKey));
  if (unknown.length === 0) return;
  throw new ConfigurationError(
    unknown.map(
      (routeKey) =>
        `throttle.routes: there is no route ${routeKey} in this environment; there are ${routeKeys.toSorted().join(', ')}`,
    ),
  );
}
