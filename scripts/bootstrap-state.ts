import { parseArgs } from 'node:util';
import { ENVIRONMENTS, type EnvironmentName, findPlaceholders } from '@cloakroom/terraform';
import { holdIdentity } from './deployment/identity.ts';
import { ensureStateBucket } from './deployment/state-bucket.ts';
import { realTools, type Tools } from './deployment/tools.ts';

/** What of an environment says where its state is. */
interface WithState {
  readonly app: string;
  readonly name: string;
  readonly region: string;
  readonly accountId?: string | undefined;
  readonly state:
    | { readonly kind: 'local' }
    | { readonly kind: 's3'; readonly bucket: string; readonly region: string };
}

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

function parseEnvironmentName(): EnvironmentName {
  const { positionals } = parseArgs({ allowPositionals: true, options: {} });
  const name = Object.keys(ENVIRONMENTS).find((known): known is EnvironmentName => known === positionals[0]);
  if (name === undefined || positionals.length !== 1) {
    throw new Error(`usage: scripts/bootstrap-state ${Object.keys(ENVIRONMENTS).join('|')}`);
  }
  return name;
}

if (import.meta.main) {
  try {
    bootstrapState(ENVIRONMENTS[parseEnvironmentName()], realTools());
  } catch (error) {
    console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
