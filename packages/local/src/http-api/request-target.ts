/** What the gateway makes of a request target. */
export interface RequestTarget {
  /** Decoded once: what routes are matched against, segment by segment. */
  readonly routePath: string;
  /** Decoded twice: `rawPath` of the event. */
  readonly rawPath: string;
  /** As it was sent, without the question mark. */
  readonly rawQueryString: string;
}

/**
 * Takes the path and query of a request apart as HTTP APIs do; undefined where they answer 400.
 *
 * AWS decodes the path, cuts it at a question mark that appears, routes, and decodes once more for the event: `%2F` is a
 * separator, `%252F` is a slash inside a segment, a lone `%` after one decoding is refused. Seen in captures of live
 * gateways: https://github.com/hotsock/voker/blob/main/vokerhttp/testdata/ingress-paths.json
 */
export function parseRequestTarget(target: string): RequestTarget | undefined {
  if (!target.startsWith('/')) return undefined;
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const once = decode(path);
  const routePath = once?.split('?', 1)[0];
  const rawPath = routePath === undefined ? undefined : decode(routePath);
  if (routePath === undefined || rawPath === undefined) return undefined;
  return { routePath, rawPath, rawQueryString: mark === -1 ? '' : target.slice(mark + 1) };
}

/** The value of a path parameter: its segments decoded the second time. */
export function decodeSegments(segments: string): string {
  return decodeURIComponent(segments);
}

/** The parameters of a query, decoded; those of one name joined by a comma. Undefined when there are none. */
export function parseQuery(rawQueryString: string): Readonly<Record<string, string>> | undefined {
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const earlier = joined.get(name);
    joined.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return joined.size === 0 ? undefined : Object.fromEntries(joined);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
