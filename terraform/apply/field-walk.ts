import type { Environment } from '../environments/environment.ts';
import type { Account } from './applied-fixture.ts';
import { FIELD_CHANGES, withField } from './field-changes.ts';
import { protectedChanges } from './planned-change.ts';

/** What changes of fields would destroy or replace of what holds data or an identity, by the path of the field. */
export type Replacements = Readonly<Record<string, readonly string[]>>;

/**
 * Plans another value of every field against what stands, without asking AWS again. All fields but the network are
 * planned at once: where that destroys something, one by one, to tell which.
 */
export async function walkFields(account: Account, environment: Environment): Promise<Replacements> {
  const paths = Object.keys(FIELD_CHANGES);
  const isNetwork = (path: string) => path.split('.')[0] === 'network';
  const together = paths.filter((path) => !isNetwork(path));
  const all = together.reduce(withField, environment);
  const alone = paths.filter(isNetwork).filter((path) => path === 'network' || environment.network !== undefined);
  if ((await replacements(account, all)).length > 0) alone.push(...together);
  const found: Record<string, readonly string[]> = {};
  for (const path of alone) {
    const changes = await replacements(account, withField(environment, path));
    if (changes.length > 0) found[path] = changes;
  }
  return found;
}

async function replacements({ workspace, stackOf }: Account, environment: Environment): Promise<readonly string[]> {
  workspace.write(stackOf(environment));
  return protectedChanges(await workspace.plan({ refresh: false }));
}
