import type { Environment } from '../environments/environment.ts';
import type { Account } from './applied-fixture.ts';
import { EXPECTED_REPLACEMENTS, FIELD_CHANGES, hasField, withField } from './field-changes.ts';
import { protectedChanges } from './planned-change.ts';

/** What changes of fields would destroy or replace of what holds data or an identity, by the path of the field. */
export type Replacements = Readonly<Record<string, readonly string[]>>;

/**
 * Plans another value of every field against what stands, without asking AWS again. All fields but the network, and those
 * that are known to destroy something, are planned at once: where that destroys something, one by one, to tell which.
 */
export async function walkFields(account: Account, environment: Environment): Promise<Replacements> {
  const paths = Object.keys(FIELD_CHANGES);
  const isNetwork = (path: string) => path.split('.')[0] === 'network';
  const isAlone = (path: string) => isNetwork(path) || Object.hasOwn(EXPECTED_REPLACEMENTS, path);
  const together = paths.filter((path) => !isAlone(path) && hasField(environment, path));
  const all = together.reduce(withField, environment);
  const alone = paths.filter(isAlone).filter((path) => hasField(environment, path));
  if ((await replacements(account, all)).length > 0) alone.push(...together);
  const found: Record<string, readonly string[]> = {};
  for (const path of alone) {
    const changed = withField(environment, path);
    // A new network is made before the rest is planned: together they are refused.
    const isNew = environment.network === undefined && changed.network !== undefined;
    const changes = await replacements(account, changed, isNew ? 'terraform_data.network_ready' : undefined);
    if (changes.length > 0) found[path] = changes;
  }
  return found;
}

async function replacements(
  { workspace, stackOf }: Account,
  environment: Environment,
  target?: string,
): Promise<readonly string[]> {
  workspace.write(stackOf(environment));
  return protectedChanges(await workspace.planActions(target));
}
