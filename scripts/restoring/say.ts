import type { Tools } from '../deployment/tools.ts';
import type { Progress, TableProgress } from './progress.ts';

/** What was closed, in words. */
export function countsOf({
  partitions = 0,
  ended = 0,
  erased = 0,
  unreadable = 0,
}: NonNullable<TableProgress['counts']>) {
  const malformed = unreadable === 0 ? '' : `; ${unreadable} users are kept malformed, and cannot sign in`;
  return `${partitions} partitions, ${ended} sessions ended, ${erased} users erased again${malformed}`;
}

/** What will be, before the person is asked. */
export function sayBeginning({ to, tables }: Progress, { say }: Tools): void {
  for (const { from, name, isFromDeleted } of Object.values(tables)) {
    say(`${from}${isFromDeleted ? ' (deleted)' : ''} as it was at ${to} becomes ${name}`);
  }
  say(`lost is everything that was written after ${to}: records and their data, events, and what people changed`);
  if (tables.sessions === undefined) return;
  say('everybody must sign in again. Sessions that are active go on until the switch');
  say('from the moment that the old table takes no writes until the switch, sign-ins and revocations fail with 5xx');
}

/** What is left to do. */
export function sayEnd(
  { environment, tables }: Progress,
  { say, region }: Pick<Tools, 'say'> & { readonly region: string },
): void {
  say(`done: commit terraform/environments/${environment}/tables.json, or the next deploy from elsewhere stops`);
  for (const { from, isFromDeleted } of Object.values(tables)) {
    if (isFromDeleted) continue;
    say(`${from} stays, takes no writes, and costs its storage. When nobody needs it any more:`);
    say(`  aws dynamodb update-table --region ${region} --table-name ${from} --no-deletion-protection-enabled`);
    say(`  aws dynamodb delete-table --region ${region} --table-name ${from}`);
  }
}
