import { ConfigurationError } from '@cloakroom/core';
import type { Environment } from './environment.ts';
import { findPlaceholders } from './find-placeholders.ts';

/** An environment, as far as its names in AWS go. */
type Named = Pick<Environment, 'app' | 'name' | 'accountId'>;

/**
 * Refuses an environment whose names in AWS begin as all of another one's do: whoever takes alarms, log groups or roles by `<app>-<name>-`
 * would take those of both. Not where the accounts differ, nor beside one that still holds examples, which nobody deploys.
 *
 * @throws ConfigurationError naming each such environment
 */
export function assertApart(environment: Named, others: readonly Environment[]): void {
  const ours = prefixOf(environment);
  const problems = others
    .filter((other) => other.name !== environment.name || other.app !== environment.app)
    .filter(({ accountId }) => accountId === undefined || (environment.accountId ?? accountId) === accountId)
    .filter((other) => ours.startsWith(prefixOf(other)) || prefixOf(other).startsWith(ours))
    .filter((other) => findPlaceholders(other).length === 0)
    .map(
      (other) =>
        `name: ${ours} and ${prefixOf(other)} of ${other.name} begin alike: the alarms, logs and roles of one would be taken for the other's. Take another name, or say accountId of both where their accounts differ`,
    );
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** What their names begin with. */
function prefixOf({ app, name }: Named): string {
  return `${app}-${name}-`;
}
