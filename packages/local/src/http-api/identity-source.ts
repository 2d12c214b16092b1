import { StackError } from '../base/errors.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** Something a request must carry before its authorizer is even called. */
export interface IdentitySource {
  readonly place: 'header' | 'querystring';
  readonly name: string;
}

/** @throws StackError for sources other than `$request.header.<name>` and `$request.querystring.<name>` */
export function parseIdentitySource(text: string, address: string): IdentitySource {
  const [, place, name] = /^\$request\.(header|querystring)\.(.+)$/.exec(text) ?? [];
  if (name === undefined) throw new StackError(`${address}.identity_sources`, `${text} is not emulated`);
  return place === 'header' ? { place, name: name.toLowerCase() } : { place: 'querystring', name };
}

/** The values of the sources in a request; undefined when one is missing or empty: the gateway answers 401 by itself. */
export function identityOf(sources: readonly IdentitySource[], request: GatewayRequest): readonly string[] | undefined {
  const values = sources.map(({ place, name }) => {
    if (place === 'querystring') return request.query?.[name];
    return name === 'cookie' ? request.cookies.join('; ') : request.headers[name];
  });
  const present = values.filter((value) => value !== undefined && value !== '');
  return present.length === sources.length ? present.map(String) : undefined;
}
