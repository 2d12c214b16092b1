import type { Layer } from '../exchange.ts';
import { parseBody } from '../parse-body.ts';

/** Replaces the body by what the route's schema makes of it. A route without a schema never sees one. */
export function bodyParser(): Layer {
  return {
    before({ event }) {
      const schema = event.route.body;
      if (schema === undefined) return;
      const { payload, headers, request } = event;
      event.request = { ...request, body: parseBody(schema, { payload, contentType: headers['content-type'] }) };
    },
  };
}
