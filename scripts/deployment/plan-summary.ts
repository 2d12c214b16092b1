import { type PlannedChange, readAdoptions, readChanges, replacedFor } from '@cloakroom/terraform';

/** What each of these holds that no apply brings back. */
const STATEFUL: Readonly<Record<string, string>> = {
  aws_apigatewayv2_api: 'an API: a new one has another address',
  aws_apigatewayv2_domain_name: 'a domain: nobody reaches the API by it meanwhile, and its target changes',
  aws_backup_vault: 'backups',
  aws_cloudwatch_log_group: 'logs',
  aws_dynamodb_table: 'a table, with all that is in it',
  aws_kms_key: 'a key: what it has encrypted cannot be read again',
  aws_secretsmanager_secret: 'a secret: its value is lost, and its name taken for days',
  aws_sns_topic: 'a topic: whoever is told of alarms has to confirm again',
  aws_sqs_queue: 'a queue, with every event and dead letter in it',
};
/** What goes with a function, and must not be another one while the function stays. */
const IDENTITIES: Readonly<Record<string, string>> = {
  aws_iam_role: 'a role: one of the same name is another one to keys and other accounts that know it',
};
const SIGNS = { create: '+', update: '~', delete: '-', replace: '-/+' } as const;
const NOUNS = { create: 'to create', update: 'to change', delete: 'to destroy', replace: 'to replace' } as const;
/** So many of those that are created or changed are named. What is destroyed or replaced is named always. */
const MAX_NAMED = 12;

/** A plan in lines that a person reads before saying yes. */
export function summarize(plan: unknown): readonly string[] {
  const changes = readChanges(plan);
  const adoptions = readAdoptions(plan).map(({ address, id }) => `  ← ${address} (adopts ${id})`);
  if (changes.length + adoptions.length === 0) return ['nothing to change'];
  const kinds = ['create', 'update', 'replace', 'delete'] as const;
  const of = (kind: PlannedChange['action']) => changes.filter(({ action }) => action === kind);
  const counts = [
    ...kinds.filter((kind) => of(kind).length > 0).map((kind) => `${of(kind).length} ${NOUNS[kind]}`),
    ...(adoptions.length > 0 ? [`${adoptions.length} to adopt`] : []),
  ];
  const lines = kinds.flatMap((kind) => {
    const named = of(kind).map((change) => lineOf(change, plan));
    return kind === 'create' || kind === 'update' ? shortened(named) : named;
  });
  return [`the plan: ${counts.join(', ')}`, ...lines, ...adoptions];
}

/** How many resources a plan takes away, if only to make them anew. */
export function lossesOf(plan: unknown): number {
  return readChanges(plan).filter(isLoss).length;
}

/**
 * @param allowed addresses of what may go: `--destroys`
 * @throws Error naming everything stateful that the plan destroys or replaces, with why, and what to do; or what is allowed in vain
 */
export function assertNothingStatefulGoes(plan: unknown, environment: string, allowed: readonly string[]): void {
  const losses = readChanges(plan).filter((change) => lostWith(change) !== undefined);
  const unknown = allowed.filter((address) => losses.every((change) => change.address !== address));
  if (unknown.length > 0) throw new Error(`--destroys ${unknown.join(', ')}: this plan takes no such thing away`);
  const going = losses.filter(({ address }) => !allowed.includes(address));
  if (going.length === 0) return;
  const lines = going.map(
    (change) =>
      `  ${change.address} would be ${change.action === 'replace' ? 'replaced' : 'destroyed'}${becauseOf(change, plan)}: ${lostWith(change)}`,
  );
  const flags = going.map(({ address }) => `--destroys ${address}`).join(' ');
  throw new Error(
    `nothing is applied, since this plan takes away what no apply brings back:
${lines.join('\n')}
Undo what asks for it in terraform/environments/${environment}, or see in CHANGELOG.md and docs/upgrading.md what the release says of it. If it is meant: scripts/deploy ${environment} ${flags}`,
  );
}

function lostWith({ action, type }: PlannedChange): string | undefined {
  if (action === 'replace') return STATEFUL[type] ?? IDENTITIES[type];
  return action === 'delete' ? STATEFUL[type] : undefined;
}

function isLoss({ action }: PlannedChange): boolean {
  return action === 'delete' || action === 'replace';
}

function lineOf(change: PlannedChange, plan: unknown): string {
  const { action, address } = change;
  const more = action === 'update' ? ` (${change.arguments.join(', ')})` : becauseOf(change, plan);
  return `  ${SIGNS[action]} ${address}${more}`;
}

function becauseOf({ address }: PlannedChange, plan: unknown): string {
  const reasons = replacedFor(plan, address);
  return reasons.length === 0 ? '' : ` (since ${reasons.join(', ')} changes)`;
}

function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_NAMED) return lines;
  return [...lines.slice(0, MAX_NAMED), `    and ${lines.length - MAX_NAMED} more`];
}
