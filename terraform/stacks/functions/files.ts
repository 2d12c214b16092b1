import type { Environment } from '../../environments/environment.ts';

export const ISSUERS_FILE = 'issuers.json';

/** What the functions find beside their code that have `issuersVariables`. */
export function issuersFiles({ issuers }: Pick<Environment, 'issuers'>): Readonly<Record<string, string>> {
  return { [ISSUERS_FILE]: JSON.stringify(issuers) };
}
