import type { Narrowing } from './narrowings.ts';
import type { PassedNarrowing } from './passed.ts';

/** What is wrong with what a release takes away: a sentence for each narrowing that nobody has listed, and for each line that is over. */
export function refusals(
  narrowings: readonly Narrowing[],
  release: string,
  passed: readonly PassedNarrowing[],
): readonly string[] {
  const isListed = (narrowing: Narrowing) => passed.some((one) => one.release === release && isSame(one, narrowing));
  const over = passed.filter(
    (one) => one.release !== release || !narrowings.some((narrowing) => isSame(one, narrowing)),
  );
  return [
    ...narrowings.filter((narrowing) => !isListed(narrowing)).map(({ sentence }) => sentence),
    ...over.map(
      ({ release: of, holder, action, resource }) =>
        `passed.ts: ${holder}, ${action} on ${resource}, is nothing that is narrowed since ${release}, or was listed for ${of}: take the line out`,
    ),
  ];
}

function isSame(one: Pick<PassedNarrowing, 'holder' | 'action' | 'resource'>, other: Narrowing): boolean {
  return one.holder === other.holder && one.action === other.action && one.resource === other.resource;
}
