import { secretNameIn } from '../../environments/browser-sign-in.ts';
import type { Environment } from '../../environments/environment.ts';

export const ISSUERS_FILE = 'issuers.json';

type Told = Pick<Environment, 'app' | 'name' | 'issuers'>;

/** What the functions find beside their code that have `issuersVariables`. Secrets have the names of Secrets Manager there. */
export function issuersFiles(environment: Told): Readonly<Record<string, string>> {
  return { [ISSUERS_FILE]: JSON.stringify(environment.issuers.map((issuer) => withSecretName(issuer, environment))) };
}

function withSecretName(issuer: Environment['issuers'][number], environment: Told): object {
  const { browser } = issuer;
  if (browser?.clientSecretName === undefined) return issuer;
  const clientSecretName = secretNameIn(environment, browser.clientSecretName);
  return { ...issuer, browser: { ...browser, clientSecretName } };
}
