import * as v from 'valibot';
import { StackError } from '../base/errors.ts';
import { type ConditionTest, parseConditions, type RequestContext } from './conditions.ts';
import { arnMatcher, globMatcher, type Matcher } from './patterns.ts';

/** One statement of a policy, ready to be asked. */
export interface Statement {
  readonly isDeny: boolean;
  /** Whether it is about this action on this resource. */
  covers(action: string, resource: string): boolean;
  readonly isConditional: boolean;
  isMetBy(context: RequestContext): boolean;
}

const listOf = <S extends v.GenericSchema>(schema: S) =>
  v.pipe(
    v.unknown(),
    v.transform((value): unknown => (Array.isArray(value) ? value : [value])),
    v.array(schema),
    v.minLength(1),
  );
const texts = listOf(v.pipe(v.string(), v.minLength(1)));
/** Null's values may be written without quotes. */
const values = listOf(v.pipe(v.union([v.string(), v.boolean()]), v.transform(String)));
const statementSchema = v.strictObject({
  Sid: v.optional(v.string()),
  Effect: v.picklist(['Allow', 'Deny']),
  Action: texts,
  Resource: texts,
  Condition: v.optional(v.record(v.string(), v.record(v.string(), values)), {}),
});
const policySchema = v.strictObject({
  Version: v.literal('2012-10-17'),
  Id: v.optional(v.string()),
  Statement: listOf(statementSchema),
});
const NOT_JUDGED = 'is not understood here, so what it allows is not known';

/**
 * Reads the policy of an identity.
 *
 * @param path where it stands, for errors
 * @throws StackError for anything that is not judged here, such as `NotAction`, `NotResource`, `Principal`, an unknown condition
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(text: unknown, path: string): readonly Statement[] {
  const result = v.safeParse(policySchema, parseJson(text, path));
  if (result.success) {
    return result.output.Statement.map((statement, at) => parseStatement(statement, `${path}.Statement.${at}`));
  }
  const unknown = result.issues.find(({ type, expected }) => type === 'strict_object' && expected === 'never');
  const issue = unknown ?? result.issues[0];
  throw new StackError([path, v.getDotPath(issue)].join('.'), unknown === undefined ? issue.message : NOT_JUDGED);
}

function parseJson(text: unknown, path: string): unknown {
  try {
    return JSON.parse(String(text));
  } catch (error) {
    throw new StackError(path, 'is not JSON', { cause: error });
  }
}

function parseStatement(statement: v.InferOutput<typeof statementSchema>, path: string): Statement {
  const { Effect, Action, Resource, Condition } = statement;
  const variable = Resource.find((resource) => resource.includes('${'));
  if (variable !== undefined)
    throw new StackError(`${path}.Resource`, `variables are not understood here: ${variable}`);
  // The names of actions are the same in any case.
  const actions = Action.map((action) => globMatcher(action.toLowerCase()));
  const resources = Resource.map((resource): Matcher => (resource === '*' ? () => true : arnMatcher(resource)));
  const tests: readonly ConditionTest[] = parseConditions(Condition, `${path}.Condition`);
  return {
    isDeny: Effect === 'Deny',
    isConditional: tests.length > 0,
    covers(action, resource) {
      const name = action.toLowerCase();
      return actions.some((matches) => matches(name)) && resources.some((matches) => matches(resource));
    },
    isMetBy: (context) => tests.every((passes) => passes(context)),
  };
}
