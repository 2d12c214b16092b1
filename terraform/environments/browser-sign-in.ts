import type { Issuer } from '@cloakroom/auth';

interface Told {
  readonly issuers: readonly Issuer[];
}

/** Whether anybody can sign in by browser. Where nobody can, there is no token handler and nothing of its own. */
export function hasBrowserSignIn({ issuers }: Told): boolean {
  return issuers.some(({ browser }) => browser !== undefined);
}

/** The secrets of clients by the names that issuers give them, each once. */
export function clientSecretNames({ issuers }: Told): readonly string[] {
  return [...new Set(issuers.flatMap(({ browser }) => browser?.clientSecretName ?? []))];
}

/** The name that a secret has in Secrets Manager. */
export function secretNameIn({ app, name }: { readonly app: string; readonly name: string }, secret: string): string {
  return `${app}-${name}/${secret}`;
}
