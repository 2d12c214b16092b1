import { type Layer, NOWHERE, PREFLIGHT } from '../exchange.ts';
import type { Routes } from '../route.ts';

/**
 * Finds the route by its key, letter for letter. OPTIONS on the path of any route is a preflight. HEAD on that of a navigation is
 * the route's, which refuses it.
 */
export function router(routes: Routes): Layer {
  const known = new Map(Object.entries(routes));
  for (const [routeKey, route] of Object.entries(routes)) {
    known.set(`OPTIONS ${pathOf(routeKey)}`, PREFLIGHT);
    if (route.access === 'navigation') known.set(`HEAD ${pathOf(routeKey)}`, route);
  }
  return {
    before({ event }) {
      event.route = known.get(event.request.routeKey) ?? NOWHERE;
    },
  };
}

function pathOf(routeKey: string): string {
  return routeKey.slice(routeKey.indexOf(' ') + 1);
}
