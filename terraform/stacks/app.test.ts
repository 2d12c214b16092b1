import { expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { EXAMPLES } from '../testing/examples.ts';
import { synthesized } from '../testing/synthesized.ts';

/** Arguments by which AWS knows something apart from others in an account and region, or people do. */
const NAMES = /^(name|function_name|key|Name|application|POWERTOOLS_METRICS_NAMESPACE)$/;
/** Names that are unique inside what they belong to, and what belongs to every installation. */
const RELATIVE = /^(live|session|write|user_key|item|event_key|\$default|(code|runtime)(-\$\{.*)?)$/;

function namesIn(document: TerraformDocument): ReadonlySet<string> {
  const names = new Set<string>();
  JSON.stringify({ ...document, output: {} }, (key, value: unknown) => {
    if (NAMES.test(key) && typeof value === 'string' && !value.startsWith('${') && !RELATIVE.test(value))
      names.add(value);
    return value;
  });
  return names;
}

it.each(Object.values(EXAMPLES))('is what keeps two installations of $name in one account apart', (environment) => {
  const ours = namesIn(synthesized(environment));
  const theirs = namesIn(synthesized({ ...environment, app: 'shop' }));
  const common = [...ours].filter((name) => theirs.has(name));
  expect(ours.size).toBeGreaterThan(25);
  expect(theirs.size).toBe(ours.size);
  expect(common).toEqual([]);
});

it('is in the place of the default wherever that stood', () => {
  const text = JSON.stringify(synthesized({ ...ENVIRONMENTS.prod, app: 'shop' }));
  expect(text.match(/cloakroom[-/](dev|staging|prod)[-/"]/g)).toBeNull();
});
