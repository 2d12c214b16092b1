import { parseArgs } from 'node:util';
import { type Environment, environmentOf, findPlaceholders } from '@cloakroom/terraform';
import { holdIdentity } from './deployment/identity.ts';
import { ensureStateBucket } from './deployment/state-bucket.ts';
import { realTools, type Tools } from './deployment/tools.ts';

/** What of an environment says where its state is. */
type WithState = Pick<Environment, 'app' | 'name' | 'region' | 'accountId' | 'state'>;

/**
 * Makes or mends the bucket of an environment's state.
 *
 * @throws Error when the state is to be beside the stack, or the bucket cannot be this account's
 */
export function bootstrapState(environment: WithState, tools: Pick<Tools, 'read' | 'say'>): void {
  const { app, name, state } = environment;
  const file = `terraform/environments/${name}/environment.ts`;
  if (state.kind === 'local') {
    throw new Error(
      `${name} keeps its state beside the stack, and needs no bucket: for a team, set state: { kind: 's3', bucket: '<a new name>', region: '${environment.region}' } in ${file}, and run this again`,
    );
  }
  const { bucket, region } = state;
  const examples = findPlaceholders({ state });
  if (examples.length > 0) throw new Error(`${file} still holds an example; replace it first: ${examples.join(', ')}`);
  const { account, partition } = holdIdentity(environment, tools);
  ensureStateBucket({ bucket, region, account, partition }, tools);
  tools.say(`the state of ${name} is s3://${bucket}/${app}/${name}/terraform.tfstate; next: scripts/deploy ${name}`);
}

function parseName(): string {
  const { positionals } = parseArgs({ allowPositionals: true, options: {} });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new Error('usage: scripts/bootstrap-state <environment>');
  return name;
}

if (import.meta.main) {
  try {
    bootstrapState(environmentOf(parseName()), realTools());
  } catch (error) {
    console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
