import type { Layer } from '../exchange.ts';

/** Lets a route that sees to the credential itself do so, and keeps what it found out for the route's answer. */
export function authentication(): Layer {
  return {
    async before({ event }) {
      const { request, route } = event;
      event.authenticated = await route.authenticate?.({ ...request, body: undefined });
    },
  };
}
