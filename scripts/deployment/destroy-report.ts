import type { Adopted, Environment } from '@cloakroom/terraform';
import type { StateResource } from './state-resources.ts';

/** What is to be destroyed, and what not. */
export interface Destruction {
  readonly going: readonly StateResource[];
  /** Leave the state, and stay in AWS. */
  readonly kept: readonly StateResource[];
}

const NOUNS: Readonly<Record<string, string>> = {
  aws_apigatewayv2_api: 'API',
  aws_cloudwatch_log_group: 'log group',
  aws_dynamodb_table: 'table',
  aws_kms_key: 'key',
  aws_lambda_function: 'function',
  aws_secretsmanager_secret: 'secret',
  aws_sqs_queue: 'queue',
};

/** What goes, what stays, and what it takes: a line each, said before the question. */
export function describeDestruction(
  { going, kept }: Destruction,
  { network, state, app, name }: Environment,
): readonly string[] {
  return [
    `${going.length} resources of ${name} go for good:`,
    ...named(going),
    ...(has(going, 'aws_sqs_queue') ? ['  with the queues, every event and dead letter that is still in one'] : []),
    ...(has(going, 'aws_apigatewayv2_api')
      ? ["  with the API, its address: a next one has another, but for a domain's"]
      : []),
    ...(kept.length > 0 ? [`${kept.length} stay, and leave the state:`, ...named(kept)] : []),
    state.kind === 's3'
      ? `the bucket of the state stays: s3://${state.bucket}, with every state of ${app}/${name} before`
      : 'the state stays beside the stack: terraform.tfstate',
    'what is not in the state stays: domains and certificates of others, backups, a table from before a restore',
    ...(network === undefined ? [] : [INTERFACES]),
  ];
}

const INTERFACES =
  'AWS takes 20 to 40 minutes after the functions to give their network interfaces back; Terraform waits for them, and says so every ten seconds. If it gives up, run this again: it goes on where it stopped';

/** What there is afterwards, and how it is had back or got rid of. */
export function describeRest(
  { going, adopted }: Pick<Destruction, 'going'> & { readonly adopted: readonly Adopted[] },
  { name, region }: Environment,
): readonly string[] {
  const keys = going.filter(({ type }) => type === 'aws_kms_key');
  const secrets = going.filter(({ type, values }) => type === 'aws_secretsmanager_secret' && windowOf(values) > 0);
  return [
    ...keys.map(
      ({ address, id, values }) =>
        `${address}: AWS keeps the key for ${Number(values.deletion_window_in_days)} days. To have it back: aws kms cancel-key-deletion --key-id ${id} --region ${region}, then aws kms enable-key with the same`,
    ),
    ...secrets.map(
      ({ values }) =>
        `the name ${String(values.name)} is taken for ${windowOf(values)} days. To have the secret back: aws secretsmanager restore-secret --secret-id ${String(values.name)} --region ${region}; to free the name: aws secretsmanager delete-secret --secret-id ${String(values.name)} --force-delete-without-recovery --region ${region}`,
    ),
    ...(adopted.length === 0
      ? []
      : [
          `adopted.json in terraform/environments/${name} names ${adopted.length} that stay: commit it, and scripts/deploy ${name} takes them in again. Until then they cost what they hold`,
        ]),
  ];
}

/** Said when Terraform fails on its way. */
export function describeUnfinished({ name, network }: Environment, again: string): string {
  const interfaces = network === undefined ? '' : ', in half an hour if a subnet or a security group was in use';
  return `not everything is gone; see above. What is gone has left the state: run ${again} again${interfaces}. Or scripts/deploy ${name} makes it whole, and protected, again`;
}

function windowOf({ recovery_window_in_days: days }: StateResource['values']): number {
  return Number(days ?? 0);
}

function has(resources: readonly StateResource[], type: string): boolean {
  return resources.some((one) => one.type === type);
}

/** What people know, by its name; the rest is only counted. */
function named(resources: readonly StateResource[]): readonly string[] {
  const known = Object.entries(NOUNS).flatMap(([type, noun]) => {
    const names = resources.filter((one) => one.type === type).map(nameOf);
    return names.length === 0 ? [] : [`  ${names.length} ${noun}${names.length === 1 ? '' : 's'}: ${names.join(', ')}`];
  });
  const rest = resources.filter(({ type }) => NOUNS[type] === undefined).length;
  return rest === 0 ? known : [...known, `  ${rest} others: roles, routes, permissions and the like`];
}

function nameOf({ address, id, values: { name, function_name: functionName, description } }: StateResource): string {
  const [type, local = ''] = address.split('.');
  if (type === 'aws_kms_key') return `${local} (${String(description ?? id)})`;
  return String(functionName ?? name ?? id);
}
