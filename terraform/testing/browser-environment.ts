import type { Environment } from '../environments/environment.ts';

type Browser = NonNullable<Environment['issuers'][number]['browser']>;

/** The environment with a page where people sign in, beside an API under a domain of the same site. Its client has a secret. */
export function withBrowser(environment: Environment, browser: Partial<Browser> = {}): Environment {
  const [origin = ''] = environment.allowedOrigins;
  const issuers = environment.issuers.map((issuer) => ({
    ...issuer,
    browser: {
      clientId: issuer.clientIds[0] ?? '',
      clientAuth: { method: 'client_secret_basic' as const },
      clientSecretName: `${issuer.alias}-client`,
      frontends: [{ url: origin }],
      ...browser,
    },
  }));
  return { ...environment, issuers, publicUrl: origin.replace('//app.', '//api.') };
}
