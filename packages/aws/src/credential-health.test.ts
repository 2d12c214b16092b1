import { expect, it } from '@jest/globals';
import { createCredentialHealth } from './credential-health.ts';

type Ends = readonly ('refused' | 'otherwise')[];

/** What each of the invocations, told by how its requests ended, makes of the environment. */
function verdicts(...invocations: readonly Ends[]): boolean[] {
  const health = createCredentialHealth();
  return invocations.map((ends) => {
    health.begin();
    for (const how of ends) health.ended(how);
    return health.finish();
  });
}

it('gives an environment up after the second invocation in a row that was refused throughout', () => {
  expect(verdicts(['refused'], ['refused', 'refused'])).toEqual([false, true]);
});

it.each<[string, Ends]>([
  ['an invocation that got through', ['otherwise']],
  ['one of which a request got through', ['refused', 'otherwise']],
])('begins to count anew after %s', (_, between) => {
  expect(verdicts(['refused'], between, ['refused'], ['refused'])).toEqual([false, false, false, true]);
});

it('learns nothing from an invocation without requests', () => {
  expect(verdicts([], ['refused'], [], [], ['refused'], [])).toEqual([false, false, false, false, true, true]);
});
