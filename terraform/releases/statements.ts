type OneOrMore = string | readonly string[];
type Principal = string | Readonly<Record<string, OneOrMore>>;

/** Of a policy, as IAM reads it. */
interface RawStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly Principal?: Principal;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
}

export interface ConditionClause {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** One action of one principal on one resource, under conditions that must all hold. */
export interface Grant {
  /** `*` where a policy has none: that of a role is for whoever has the role. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly clauses: readonly ConditionClause[];
  /** Of a statement by exclusion (`NotAction` and the like), all of it: such a one is compared as a whole. */
  readonly opaque?: string;
}

export interface Policy {
  readonly allows: readonly Grant[];
  readonly denies: readonly Grant[];
}

const EXCLUDING = ['NotAction', 'NotResource', 'NotPrincipal'];

/** The statements of a policy, as text or as an object; undefined for anything else. */
export function parsePolicy(value: unknown): Policy | undefined {
  const statements = statementsIn(value);
  if (statements === undefined) return undefined;
  const grantsOf = (effect: RawStatement['Effect']) =>
    statements.filter(({ Effect }) => Effect === effect).flatMap(grantsOfStatement);
  return { allows: grantsOf('Allow'), denies: grantsOf('Deny') };
}

function statementsIn(value: unknown): readonly RawStatement[] | undefined {
  const document = typeof value === 'string' ? parseJson(value) : value;
  if (typeof document !== 'object' || document === null || !('Statement' in document)) return undefined;
  return [document.Statement].flat() as RawStatement[];
}

function parseJson(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function grantsOfStatement(statement: RawStatement): readonly Grant[] {
  const { Sid: _, ...rest } = statement;
  const clauses = clausesOf(statement.Condition);
  if (EXCLUDING.some((element) => element in statement)) {
    return [{ principal: '*', action: '*', resource: '*', clauses, opaque: JSON.stringify(sorted(rest)) }];
  }
  return principalsOf(statement.Principal).flatMap((principal) =>
    listOf(statement.Action).flatMap((action) =>
      listOf(statement.Resource, '*').map((resource) => ({ principal, action, resource, clauses })),
    ),
  );
}

function listOf(value: OneOrMore | undefined, absent?: string): readonly string[] {
  if (value === undefined) return absent === undefined ? [] : [absent];
  return [value].flat();
}

function principalsOf(principal: Principal | undefined): readonly string[] {
  if (typeof principal !== 'object') return [principal ?? '*'];
  return Object.entries(principal).flatMap(([kind, names]) =>
    listOf(names).map((name) => (kind === 'AWS' && name === '*' ? '*' : `${kind} ${name}`)),
  );
}

function clausesOf(condition: RawStatement['Condition'] = {}): readonly ConditionClause[] {
  return Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values: listOf(values) })),
  );
}

/** The same whatever order its fields have. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
