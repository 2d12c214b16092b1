import { expect, it } from '@jest/globals';
import type { Lambda, LiveFunction } from './live-versions.ts';
import { prunable, pruneVersions } from './prune-versions.ts';

const version = (number: number) => ({
  version: String(number),
  sha256: `sha-${number}`,
  settings: '',
  modified: '',
  role: '',
  network: [],
  tables: [],
});
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** With these versions; `live` and another alias point at two of them. */
function aFunction(numbers: readonly number[], aliased: readonly string[]): LiveFunction {
  return {
    name: 'health',
    functionName: 'cloakroom-prod-health',
    live: { version: aliased[0] ?? '', weights: {}, description: '', revisionId: '' },
    aliased,
    latest: { ...version(0), version: '$LATEST' },
    versions: numbers.map(version),
  };
}

/** Deletes all but one version. */
function fakeLambda(undeletable?: string) {
  const deleted: string[] = [];
  const send = async ({ input }: { input: { FunctionName: string; Qualifier: string } }) => {
    if (input.Qualifier === undeletable) throw new Error('AccessDeniedException');
    deleted.push(`${input.FunctionName}:${input.Qualifier}`);
  };
  return { deleted, lambda: { send } as unknown as Lambda };
}

it('keeps ten versions, all of them where there are no more', () => {
  expect(prunable(aFunction(range(1, 10), ['10']), {})).toEqual([]);
  expect(prunable(aFunction(range(1, 13), ['13']), {})).toEqual(['1', '2', '3']);
});

it('keeps what an alias points at, and both versions of a pin, however old', () => {
  const one = aFunction(range(1, 16), ['16', '2']);
  const pin = { version: '3', next: { version: '5', weight: 0.1 }, reason: 'rollout', since: '' } as const;
  expect(prunable(one, { health: pin })).toEqual(['1', '4', '6']);
});

it('deletes them by their numbers, and says so', async () => {
  const { deleted, lambda } = fakeLambda();
  const said: string[] = [];
  await pruneVersions([aFunction(range(1, 12), ['12'])], {}, { lambda, say: (line) => said.push(line) });
  expect(deleted).toEqual(['cloakroom-prod-health:1', 'cloakroom-prod-health:2']);
  expect(said).toEqual([
    'deleted 2 old versions; the newest 10 of each function stay, and any that is pinned or has an alias',
  ]);
});

it('goes on after one that cannot be deleted, and says which', async () => {
  const { deleted, lambda } = fakeLambda('1');
  const said: string[] = [];
  await pruneVersions([aFunction(range(1, 13), ['13'])], {}, { lambda, say: (line) => said.push(line) });
  expect(deleted).toEqual(['cloakroom-prod-health:2', 'cloakroom-prod-health:3']);
  expect(said[1]).toBe('old versions stay until the next deployment: cloakroom-prod-health:1 (AccessDeniedException)');
});

it('never takes what has no number for a version: that would delete the function', () => {
  const one = aFunction(range(1, 11), ['11']);
  const nameless = { ...version(1), version: '' };
  expect(prunable({ ...one, versions: [nameless, ...one.versions] }, {})).toEqual(['1']);
});
