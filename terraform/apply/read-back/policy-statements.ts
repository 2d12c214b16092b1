import { type Plain, without } from './plain.ts';

type OneOrMore = string | readonly string[];

interface Statement extends Plain {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly Principal?: string | Readonly<Record<string, OneOrMore>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
}

/**
 * The statements of a policy, as `{ Sid, allow: actions, to: principals, on: resources, when: { '<operator> <key>': values } }`,
 * with `deny` in place of `allow` for what is refused. Whatever else stands in one stays as it is.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export function statementsOf(policyJson: string): readonly Plain[] {
  const { Statement } = JSON.parse(policyJson) as { Statement: Statement | readonly Statement[] };
  return [Statement].flat().map((statement) => ({
    ...without(statement, 'Effect', 'Action', 'Resource', 'Principal', 'Condition'),
    ...without({
      [statement.Effect.toLowerCase()]: listOf(statement.Action),
      to: principalsOf(statement.Principal),
      on: listOf(statement.Resource),
      when: conditionsOf(statement.Condition),
    }),
  }));
}

function listOf(value: OneOrMore | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}

function principalsOf(principal: Statement['Principal']): readonly string[] {
  if (typeof principal !== 'object') return listOf(principal);
  return Object.entries(principal).flatMap(([kind, names]) => listOf(names).map((name) => `${kind} ${name}`));
}

function conditionsOf(condition: Statement['Condition'] = {}): Plain {
  const conditions = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => [`${operator} ${key}`, listOf(values)] as const),
  );
  return Object.fromEntries(conditions);
}
