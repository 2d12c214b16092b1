import { StackError } from '../base/errors.ts';
import { decodeSegments } from './request-target.ts';

/** A route that was found for a request. */
export interface RouteMatch<R> {
  readonly route: R;
  /** Decoded; undefined when the route has no parameters. */
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

type Segment = { readonly kind: 'literal' | 'parameter' | 'greedy'; readonly text: string };
interface Entry<R> {
  readonly route: R;
  readonly method: string;
  readonly segments: readonly Segment[];
}

const RANK = { literal: 0, parameter: 1, greedy: 2 } as const;
const ROUTE_KEY = /^([A-Z]+) (\/.*)$/;

/**
 * Finds the route for a method and a path as HTTP APIs do: a full match before a greedy one, a literal segment before a
 * parameter, the method itself before `ANY`, and `$default` when nothing else fits.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 *
 * @throws StackError for a route key that HTTP APIs do not have
 */
export function createRouteTable<R extends { readonly routeKey: string }>(routes: readonly R[]) {
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  const entries = routes
    .filter((route) => route !== fallback)
    .map(parseRoute)
    .sort(bySpecificity);
  return (method: string, routePath: string): RouteMatch<R> | undefined => {
    const segments = routePath.slice(1).split('/');
    for (const { route, segments: pattern, method: wanted } of entries) {
      const values = wanted === method || wanted === 'ANY' ? matchSegments(pattern, segments) : undefined;
      if (values !== undefined)
        return { route, pathParameters: values.length > 0 ? Object.fromEntries(values) : undefined };
    }
    return fallback === undefined ? undefined : { route: fallback, pathParameters: undefined };
  };
}

function parseRoute<R extends { readonly routeKey: string }>(route: R): Entry<R> {
  const [, method, path] = ROUTE_KEY.exec(route.routeKey) ?? [];
  if (method === undefined || path === undefined) {
    throw new StackError(`route ${route.routeKey}`, 'a route key is "$default" or "METHOD /path"');
  }
  return { route, method, segments: path.slice(1).split('/').map(parseSegment) };
}

function parseSegment(text: string): Segment {
  const [, name, plus] = /^\{([^+}]+)(\+?)\}$/.exec(text) ?? [];
  if (name === undefined) return { kind: 'literal', text };
  return { kind: plus === '+' ? 'greedy' : 'parameter', text: name };
}

function matchSegments(pattern: readonly Segment[], segments: readonly string[]): [string, string][] | undefined {
  const values: [string, string][] = [];
  for (const [at, { kind, text }] of pattern.entries()) {
    const segment = segments[at];
    if (segment === undefined || (kind === 'literal' ? segment !== text : segment === '')) return undefined;
    if (kind === 'greedy') return [...values, [text, decodeSegments(segments.slice(at).join('/'))]];
    if (kind === 'parameter') values.push([text, decodeSegments(segment)]);
  }
  return segments.length === pattern.length ? values : undefined;
}

function bySpecificity(a: Entry<unknown>, b: Entry<unknown>): number {
  const greedy = Number(isGreedy(a)) - Number(isGreedy(b));
  if (greedy !== 0) return greedy;
  for (const [at, { kind }] of a.segments.entries()) {
    const other = b.segments[at];
    if (other !== undefined && other.kind !== kind) return RANK[kind] - RANK[other.kind];
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function isGreedy({ segments }: Entry<unknown>): boolean {
  return segments.at(-1)?.kind === 'greedy';
}
