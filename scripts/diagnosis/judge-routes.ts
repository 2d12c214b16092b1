import { type ApiName, type Protection, placeOf, type Route } from './attached-api.ts';
import type { Finding } from './finding.ts';
import type { Installation } from './installation.ts';
import { authorizerPlace, ownerOf } from './judge-authorizers.ts';

/**
 * What is wrong with which routes ask whom.
 *
 * @param meant route keys that are meant to be without our authorizer
 */
export function judgeRoutes(
  api: ApiName,
  { authorizers, routes }: Protection,
  installation: Installation,
  meant: readonly string[],
): readonly Finding[] {
  const owners = new Map(authorizers.map((one) => [one.ref, ownerOf(one, installation)]));
  const ours = authorizers.filter(({ ref }) => owners.get(ref) === 'us');
  if (ours.length === 0) {
    // What another installation protects is told by its authorizer.
    if ([...owners.values()].includes('another installation')) return [];
    return [
      { code: 'not-attached', where: placeOf(api), what: 'no authorizer asks ours', next: attachLine(installation) },
    ];
  }
  const unused = ours.filter(({ ref }) => !routes.some((route) => asks(route, ref)));
  return [
    ...unused.map((one) => ({
      code: 'authorizer-unused' as const,
      where: authorizerPlace(api, one),
      what: 'no route names it',
      next: customLine(api, one.id),
    })),
    ...(api.kind === 'websocket' ? connectAlone(api, routes) : routes.map((route) => ({ route }))).flatMap((one) =>
      'code' in one ? [one] : judgeRoute(api, one.route, owners, meant, customLine(api, ours[0]?.id)),
    ),
  ];
}

/** Of a WebSocket API, the other routes can have no authorizer. */
function connectAlone(api: ApiName, routes: readonly Route[]): readonly (Finding | { readonly route: Route })[] {
  const route = routes.find(({ key }) => key === '$connect');
  if (route !== undefined) return [{ route }];
  return [
    {
      code: 'connect-missing',
      where: placeOf(api),
      what: 'there is no route $connect',
      next: 'add an aws_apigatewayv2_route with route_key = "$connect" and the authorizer',
    },
  ];
}

function judgeRoute(
  api: ApiName,
  { key, authorization, authorizer }: Route,
  owners: ReadonlyMap<string, string>,
  meant: readonly string[],
  next: string,
): readonly Finding[] {
  const where = `${placeOf(api)}, route ${key}`;
  // Browsers ask beforehand, without anything to know them by.
  if (meant.includes(key) || (authorization === 'NONE' && key.startsWith('OPTIONS '))) return [];
  if (authorization === 'NONE') {
    const what = `its authorization is NONE${authorizer ? ', whichever authorizer it names' : ''}`;
    return [{ code: 'open-route', where, what, next: `${next}; or --except '${key}' where that is meant` }];
  }
  const owner = authorization === 'CUSTOM' ? owners.get(authorizer ?? '') : undefined;
  if (owner === 'us' && key.startsWith('OPTIONS ')) {
    const what = 'the authorizer stands before OPTIONS';
    return [{ code: 'preflight-guarded', where, what, next: 'give this route no authorizer' }];
  }
  if (owner === 'us' || owner === 'another installation') return [];
  const what = `its authorization is ${authorization}${authorizer ? ` by ${authorizer}` : ''}`;
  return [{ code: 'other-authorizer', where, what, next: `${next}; or --except '${key}' where that is meant` }];
}

function asks({ authorization, authorizer }: Route, ref: string): boolean {
  return authorization === 'CUSTOM' && authorizer === ref;
}

function customLine({ kind }: ApiName, id = '<the authorizer of ours>'): string {
  return kind === 'rest'
    ? `authorization = "CUSTOM" and authorizer_id = "${id}", and a new deployment`
    : `authorization_type = "CUSTOM" and authorizer_id = "${id}"`;
}

function attachLine({ authorizerUri }: Installation): string {
  return `add an authorizer with authorizer_uri = "${authorizerUri}": docs/your-own-api.md`;
}
