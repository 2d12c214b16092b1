import { covers, coversArn } from './patterns.ts';
import type { ConditionClause, Grant } from './statements.ts';

/**
 * An operator of IAM, taken apart. `ForAllValues:` and `ForAnyValue:` are prefixes; `IfExists` also passes requests without the key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
interface Operator {
  readonly prefix: string;
  readonly base: string;
  readonly ifExists: boolean;
}

/** A request passes them that has one of the values, and which value of such a condition is in which other. */
const ONE_OF: Readonly<Record<string, (wider: string, narrower: string) => boolean>> = {
  StringEquals: (wider, narrower) => wider === narrower,
  StringLike: covers,
  ArnEquals: coversArn,
  ArnLike: coversArn,
};
/** A request passes them that has none of the values. */
const NONE_OF = ['StringNotEquals', 'StringNotLike', 'ArnNotEquals', 'ArnNotLike'];
/** What passes the first passes the second, too, with the same value. */
const WIDER_BASE: Readonly<Record<string, readonly string[]>> = {
  StringEquals: ['StringLike'],
  ArnEquals: ['ArnLike'],
  ArnLike: ['ArnEquals'],
};

/**
 * What a condition of today demands that the earlier one did not: nothing, if each request passes it that passed the earlier one.
 * Each clause of a condition must hold, so each of today's is held against one of the earlier about the same key. What cannot be
 * compared counts as a demand.
 */
export function newDemands(earlier: readonly ConditionClause[], today: readonly ConditionClause[]): readonly string[] {
  return today.flatMap((clause) => {
    const of = earlier.filter(({ key }) => key.toLowerCase() === clause.key.toLowerCase());
    const demands = of.map((before) => demandOf(before, clause));
    if (demands.includes(undefined)) return [];
    const had = of.length === 0 ? '' : `, where it had ${of.map(shown).join(' and ')}`;
    return [demands.find((demand) => demand !== 'other') ?? `it demands ${shown(clause)}${had}`];
  });
}

/** Undefined: whatever passed before passes. `other`: they are not comparable. */
function demandOf(before: ConditionClause, now: ConditionClause): string | undefined {
  const [was, is] = [operatorOf(before.operator), operatorOf(now.operator)];
  const isSame = was.base === is.base && was.prefix === is.prefix && was.ifExists === is.ifExists;
  const isIn = ONE_OF[is.base];
  const isWider = was.base === is.base || WIDER_BASE[was.base]?.includes(is.base) === true;
  if (isIn !== undefined && was.prefix === is.prefix && isWider && (is.ifExists || !was.ifExists)) {
    const lost = before.values.filter((value) => !now.values.some((wider) => isIn(wider, value)));
    return lost.length === 0 ? undefined : `${now.operator} ${now.key} has no longer ${JSON.stringify(lost)}`;
  }
  if (NONE_OF.includes(is.base) && isSame) {
    const added = now.values.filter((value) => !before.values.includes(value));
    return added.length === 0 ? undefined : `${now.operator} ${now.key} has also ${JSON.stringify(added)}`;
  }
  const isEqual = isSame && JSON.stringify(before.values.toSorted()) === JSON.stringify(now.values.toSorted());
  return isEqual ? undefined : 'other';
}

function operatorOf(operator: string): Operator {
  const [, prefix = '', base = '', ifExists] = /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  return { prefix, base, ifExists: ifExists !== undefined };
}

function shown({ operator, key, values }: ConditionClause): string {
  return `${operator} ${key} ${JSON.stringify(values)}`;
}

/** Each is about one item, and so about one partition key: DynamoDB judges those of a transaction one by one. */
const OF_ONE_KEY = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'Query'].map(
  (name) => `dynamodb:${name}`,
);

/**
 * The same grant as several, each with one value where one of several would do: they may stand in different statements of today.
 * Where a request can have several values at once, that would not be the same.
 */
export function apart(grant: Grant): readonly Grant[] {
  return grant.clauses.reduce<readonly Grant[]>(
    (grants, clause, index) => {
      if (clause.values.length < 2 || !isOneOfSeveral(clause, grant.action)) return grants;
      return grants.flatMap((each) =>
        clause.values.map((value) => ({ ...each, clauses: each.clauses.with(index, { ...clause, values: [value] }) })),
      );
    },
    [grant],
  );
}

function isOneOfSeveral({ operator, key }: ConditionClause, action: string): boolean {
  const { prefix, base } = operatorOf(operator);
  if (ONE_OF[base] === undefined) return false;
  return prefix === '' || (key === 'dynamodb:LeadingKeys' && OF_ONE_KEY.includes(action));
}
