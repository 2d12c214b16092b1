import { type Layer, NOWHERE, PREFLIGHT } from '../exchange.ts';
import type { Routes } from '../route.ts';

/** Finds the route by its key, letter for letter. OPTIONS on the path of any route is a preflight. */
export function router(routes: Routes): Layer {
  const known = new Map(Object.entries(routes));
  for (const routeKey of Object.keys(routes)) known.set(`OPTIONS ${pathOf(routeKey)}`, PREFLIGHT);
  return {
    before({ event }) {
      event.route = known.get(event.request.routeKey) ?? NOWHERE;
    },
  };
}

function pathOf(routeKey: string): string {
  return routeKey.slice(routeKey.indexOf(' ') + 1);
}
