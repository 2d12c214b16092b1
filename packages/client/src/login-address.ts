import type { SignInOptions } from './client.ts';

export interface LoginPlace {
  readonly apiUrl: string;
  /** Of the page. */
  readonly address: URL;
  readonly frontend: string | undefined;
}

/** Where a sign-in begins. It comes back to the page's own path, query and fragment. */
export function loginAddress(
  { apiUrl, address, frontend }: LoginPlace,
  { issuer, parameters, stepUp, isSilent }: SignInOptions & { readonly isSilent?: boolean },
): string {
  const { origin, pathname, search, hash } = withoutError(address);
  const query = new URLSearchParams({
    ...parameters,
    returnTo: pathname + search + hash,
    frontend: frontend ?? origin,
    ...(issuer === undefined ? {} : { issuer }),
    ...(stepUp ? { stepUp: '1' } : {}),
    ...(isSilent ? { silent: '1' } : {}),
  });
  return `${apiUrl}/auth/login?${query}`;
}

/** What an address says of a sign-in that did not come about. */
const ERROR = /^error=([A-Z_]+)$/;

/** What went wrong with the sign-in from which the browser came back to this address. */
export function errorIn({ search }: URL): string | undefined {
  for (const part of partsOf(search)) {
    const error = ERROR.exec(part);
    if (error !== null) return error[1];
  }
  return undefined;
}

export function withoutError(address: URL): URL {
  const url = new URL(address);
  url.search = partsOf(url.search)
    .filter((part) => !ERROR.test(part))
    .join('&');
  return url;
}

/** As they stand there: what a page wrote in its query is not written anew. */
function partsOf(search: string): string[] {
  return search.slice(1).split('&');
}
