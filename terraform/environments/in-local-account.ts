import type { Own } from './own-schema.ts';

/** AWS's on this machine. */
const LOCAL_ACCOUNT_ID = '000000000000';

/** What a team's functions may reach is in dev's account, and on this machine in that of the local AWS. */
export function inLocalAccount(own: Own): Own {
  const inAccount = (arn: string) => arn.replace(/^((?:[^:]*:){4})\d{12}:/, `$1${LOCAL_ACCOUNT_ID}:`);
  const functions = Object.entries(own.functions).map(([name, { statements = [], ...rest }]) => [
    name,
    { ...rest, statements: statements.map((one) => ({ ...one, resources: one.resources.map(inAccount) })) },
  ]);
  return { ...own, functions: Object.fromEntries(functions) };
}
