import { apart, newDemands } from './conditions.ts';
import { type Holder, holdersOf, type Permissions, referred } from './holders.ts';
import { covers, coversAction, mayOverlap } from './patterns.ts';
import type { ConditionClause, Grant, Policy } from './statements.ts';

/** Something that code of the earlier release could do and can do no more. */
export interface Narrowing {
  /** Of the holder: `aws_iam_role.authorizer`. */
  readonly holder: string;
  readonly action: string;
  readonly resource: string;
  /** What is in the way. */
  readonly because: string;
  /** The functions whose code of the earlier release may need it; empty where nobody can tell. */
  readonly functions: readonly string[];
  /** The whole of it, for a person. */
  readonly sentence: string;
}

/** A stack of an earlier release, as far as it tells who may do what. */
export interface Release {
  readonly version: string;
  readonly permissions: Permissions;
}

/**
 * What the earlier release allowed and this stack does not: to roles, by keys, queues and endpoints, and to callers of functions.
 * Policies are in force 11 to 35 s before the new code is, and older versions of functions run on while an alias has weights, and
 * after a rollback. Where two conditions cannot be compared, that is a narrowing too.
 */
export function narrowingsOf({ version, permissions }: Release, today: Permissions): readonly Narrowing[] {
  const [before, now] = [holdersOf(permissions), holdersOf(today)];
  return [...before.values()].flatMap((holder) => {
    const losses = [...lossesOf(holder, now.get(holder.id)), ...denialsOf(holder, before, now)];
    return alike(losses).map((same) => {
      const [{ grant, because }] = same;
      const functions = [...new Set(same.flatMap((loss) => functionsOf(holder, loss.grant, permissions)))];
      const { action, resource } = grant;
      const isElsewhere = holder.isRole && !isMade(holder, permissions);
      const sentence = sentenceOf({ holder, grant, because, functions, version, isElsewhere });
      return { holder: holder.id, action, resource, because, functions, sentence };
    });
  });
}

interface Loss {
  readonly grant: Grant;
  readonly because: string;
}

function lossesOf(before: Holder, now: Holder | undefined): readonly Loss[] {
  if (now === undefined) return before.policy.allows.map((grant) => ({ grant, because: 'it is not there any more' }));
  return before.policy.allows.flatMap(apart).flatMap((grant) => {
    const because = obstacle(grant, now.policy) ?? newBoundary(before, now);
    return because === undefined ? [] : [{ grant, because }];
  });
}

/** Undefined if a statement of today allows it all. Of several that nearly do, the nearest is told. */
function obstacle(grant: Grant, today: Policy): string | undefined {
  const demands = today.allows
    .filter((one) => isAbout(one, grant))
    .map((one) => newDemands(grant.clauses, one.clauses));
  const [nearest] = demands.toSorted((one, other) => one.length - other.length);
  if (nearest === undefined) return 'no statement allows it';
  return nearest.length === 0 ? undefined : nearest.join(', and ');
}

function isAbout(wider: Grant, narrower: Grant): boolean {
  if (wider.opaque !== undefined || narrower.opaque !== undefined) return wider.opaque === narrower.opaque;
  return (
    (wider.principal === '*' || wider.principal === narrower.principal) &&
    coversAction(wider.action, narrower.action) &&
    covers(wider.resource, narrower.resource)
  );
}

function newBoundary(before: Holder, now: Holder): string | undefined {
  return now.boundary === undefined || now.boundary === before.boundary
    ? undefined
    : `the role has another permissions boundary, ${now.boundary}, than before: ${before.boundary ?? 'none'}`;
}

type Holders = ReadonlyMap<string, Holder>;

/** What was allowed and is denied now, and was not before: by the holder itself, and to a role by what it is used on. */
function denialsOf(holder: Holder, before: Holders, now: Holders): readonly Loss[] {
  return [...now.values()]
    .filter(({ id, isRole }) => id === holder.id || (holder.isRole && !isRole))
    .flatMap((denying) => {
      const old = before.get(denying.id)?.policy.denies ?? [];
      const isOld = (deny: Grant) =>
        old.some((one) => isAbout(one, deny) && newDemands(deny.clauses, one.clauses).length === 0);
      return denying.policy.denies
        .filter((deny) => !isOld(deny))
        .flatMap((deny) => {
          const whose = denying === now.get(holder.id) ? 'a statement' : denying.id;
          const because = `${whose} denies ${deny.opaque ?? deny.action}${whenever(deny.clauses)}`;
          return holder.policy.allows.filter((grant) => mayMeet(deny, grant)).map((grant) => ({ grant, because }));
        });
    });
}

function mayMeet(deny: Grant, grant: Grant): boolean {
  if (deny.opaque !== undefined || grant.opaque !== undefined) return true;
  const isSame = deny.principal === '*' || grant.principal === '*' || deny.principal === grant.principal;
  return (
    isSame &&
    mayOverlap(deny.action.toLowerCase(), grant.action.toLowerCase()) &&
    mayOverlap(deny.resource, grant.resource)
  );
}

function whenever(clauses: readonly ConditionClause[]): string {
  const shown = clauses.map(({ operator, key, values }) => `${operator} ${key} ${JSON.stringify(values)}`);
  return shown.length === 0 ? '' : ` where ${shown.join(' and ')}`;
}

/** Of a statement with many values, the same is lost several times. */
function alike(losses: readonly Loss[]): readonly (readonly [Loss, ...Loss[]])[] {
  const groups = new Map<string, [Loss, ...Loss[]]>();
  for (const loss of losses) {
    const { principal, action, resource, opaque } = loss.grant;
    const key = JSON.stringify([principal, action, resource, opaque, loss.because]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [loss]);
    else group.push(loss);
  }
  return [...groups.values()];
}

/** Those that have the role; of what lets others in, those whose roles its conditions name, or that are called. */
function functionsOf({ id }: Holder, { clauses }: Grant, { resource }: Permissions): readonly string[] {
  const [, called] = /^calls of (.*)$/.exec(id) ?? [];
  if (called !== undefined) return [called];
  const named = clauses.flatMap(({ values }) => values.map((value) => referred(value, 'aws_iam_role')));
  const roles = [/^aws_iam_role\.(\w+)/.exec(id)?.[1], ...named];
  return Object.entries(resource.aws_lambda_function ?? {})
    .filter(([, { role }]) => roles.includes(referred(role, 'aws_iam_role') ?? ''))
    .map(([name]) => name);
}

/** Whether a role is of the stack, and not one of a web app. */
function isMade({ id }: Holder, { resource }: Permissions): boolean {
  return Object.hasOwn(resource.aws_iam_role ?? {}, id.replace('aws_iam_role.', ''));
}

interface Sentence extends Loss {
  readonly holder: Holder;
  readonly functions: readonly string[];
  readonly version: string;
  /** Whether the holder is a role that is made elsewhere. */
  readonly isElsewhere: boolean;
}

function sentenceOf({ holder, grant, because, functions, version, isElsewhere }: Sentence): string {
  const { action, resource, principal, opaque } = grant;
  const who = principal === '*' ? '' : ` for ${readable(principal)}`;
  const what = opaque ?? `${action} on ${readable(resource)}`;
  const some = functions.length === 0 ? 'every function' : functions.join(', ').replaceAll('_', '-');
  const whose = isElsewhere ? 'the store in web apps' : some;
  return (
    `${holder.says} no longer: ${what}${who}, since ${readable(because)}. ` +
    `Version ${version} of ${whose} runs on under weights and after a rollback: keep it for one release, then remove it`
  );
}

/** `${aws_dynamodb_table.sessions.arn}` is `aws_dynamodb_table.sessions`. */
function readable(text: string): string {
  return text.replaceAll(/\$\{(\w+\.\w+)\.\w+\}/g, '$1');
}
