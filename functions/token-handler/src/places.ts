import type { SignInPlace, TokenHandlerDeps } from './deps.ts';
import { type Destination, parseReturnTo, START } from './return-to.ts';

type Places = Pick<TokenHandlerDeps, 'places'>;

/** The issuer of this alias; the first, when there is none. */
export function placeOf({ places }: Places, alias: string | undefined): SignInPlace {
  const [first] = places.values();
  const place = places.get(alias ?? '') ?? first;
  if (place === undefined) throw new Error('no issuer has a browser side');
  return place;
}

/** Which frontend a request names, by name or origin, and where it goes back to there; the first one's start page by default. */
export function destinationOf(
  { client }: SignInPlace,
  { frontend, returnTo }: { readonly frontend?: string | undefined; readonly returnTo?: string | undefined },
): Destination {
  const [first] = client.frontends;
  const { url } = client.frontends.find(
    ({ name, url: origin }) => frontend !== undefined && [name, origin].includes(frontend),
  ) ??
    first ?? { url: '' };
  return { frontend: url, returnTo: parseReturnTo(returnTo, url) };
}

export function startPage(place: SignInPlace): Destination {
  return destinationOf(place, { returnTo: START });
}
