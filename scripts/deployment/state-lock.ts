import { plainText } from './terraform-error.ts';

/**
 * A failure of Terraform, and, where it is that somebody else holds the lock of the state: who, since when, and what to do.
 *
 * @param again the command that waits for them, or that is run after them. Default: a deploy that waits
 * @see https://developer.hashicorp.com/terraform/language/state/locking
 */
export function explainLock(
  error: unknown,
  environment: string,
  again = `scripts/deploy ${environment} --lock-timeout 10m`,
): Error {
  const text = plainText(error);
  if (!/Error acquiring the state lock/.test(text)) return error instanceof Error ? error : new Error(text);
  const told = (name: string) => new RegExp(`^ *${name}: +(.+)$`, 'm').exec(text)?.[1]?.trim();
  const [id, who = 'somebody', operation = ''] = [told('ID'), told('Who'), told('Operation')];
  const since = told('Created');
  const holder = [
    who,
    since === undefined ? '' : ` since ${since}`,
    operation === '' ? '' : ` (${operation.replace('OperationType', '').toLowerCase()})`,
  ].join('');
  const unlock =
    id === undefined
      ? ''
      : ` When nothing runs there any more, as after a crash: terraform -chdir=terraform/environments/${environment} force-unlock ${id}`;
  return new Error(
    `the state of ${environment} is locked by ${holder}: somebody else is changing it. Wait for them: ${again}.${unlock}`,
    { cause: error },
  );
}
