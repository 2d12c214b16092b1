import { isObject } from '@cloakroom/core';
import * as v from 'valibot';
import { validationError } from '../../base/aws-error.ts';
import { type ExpressionToken, expressionTokens } from '../../dynamodb/expression-tokens.ts';
import type { KeysOf } from '../../dynamodb/ongoing-transactions.ts';
import type { RequestContext } from '../../iam/conditions.ts';

/** What a request, or one part of it, reads and writes, as conditions judge it. */
export interface Reading {
  /** Of partitions. */
  readonly keys: readonly string[];
  /** Names of attributes: of keys, items, expressions and projections. */
  readonly attributes: readonly string[];
  /** Whether it reads whole items, and so need not name their attributes. */
  readonly isWhole: boolean;
  readonly select?: string | undefined;
  readonly returnValues?: string | undefined;
}

/** Stands for every attribute there may be: no list of attributes has it. */
const EVERY_ATTRIBUTE = '\u0000every attribute';
/** From before there were expressions: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html */
const LEGACY = ['AttributesToGet', 'AttributeUpdates', 'Expected', 'KeyConditions', 'QueryFilter', 'ScanFilter'];

const item = v.record(v.string(), v.unknown());
const text = v.optional(v.string());
const partSchema = v.object({
  Key: v.optional(item),
  Keys: v.optional(v.array(item)),
  Item: v.optional(item),
  KeyConditionExpression: text,
  ProjectionExpression: text,
  FilterExpression: text,
  ConditionExpression: text,
  UpdateExpression: text,
  ExpressionAttributeNames: v.optional(v.record(v.string(), v.string()), {}),
  ExpressionAttributeValues: v.optional(item, {}),
  Select: text,
  ReturnValues: text,
  ReturnValuesOnConditionCheckFailure: text,
});
type Part = v.InferOutput<typeof partSchema>;

/**
 * What a part of a request reads and writes: all of it, an item of a transaction, a table of a batch. What
 * `ReturnValuesOnConditionCheckFailure` shows is the whole item, and AWS documents no condition key for it: it counts as naming
 * every attribute.
 *
 * @param kind the operation, or the kind of the item
 * @throws AwsError for what cannot be told: legacy parameters, indexes, expressions that are not understood
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function readingOf(kind: string, input: unknown, keyNames: ReturnType<KeysOf>): Reading {
  const parsed = v.safeParse(partSchema, input);
  if (!parsed.success || !isObject(input))
    throw validationError('what the request reads and writes cannot be told here');
  const untold = [...LEGACY, 'IndexName'].find((name) => Object.hasOwn(input, name));
  if (untold !== undefined) throw validationError(`${untold} is not judged here`);
  const [partitionKey] = keyNames ?? [];
  if (partitionKey === undefined) throw validationError('the stack has no such table');
  const part = parsed.output;
  const items = [part.Key, part.Item, ...(part.Keys ?? [])].filter((one) => one !== undefined);
  const keys = items.flatMap((one) => scalarOf(one[partitionKey]));
  const showsAll = part.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  const attributes = [...items.flatMap(Object.keys), ...namesIn(part), ...(showsAll ? [EVERY_ATTRIBUTE] : [])];
  return {
    keys: kind === 'Query' ? partitionOf(part, partitionKey) : keys,
    attributes: [...new Set(attributes)],
    ...selectionOf(kind, part),
    returnValues: part.ReturnValues,
  };
}

/** Several as one. */
export function togetherOf(readings: readonly Reading[]): Reading {
  const isWhole = readings.some((reading) => reading.isWhole);
  return {
    keys: [...new Set(readings.flatMap(({ keys }) => keys))],
    attributes: [...new Set(readings.flatMap(({ attributes }) => attributes))],
    isWhole,
    select: readings.find((reading) => reading.isWhole === isWhole)?.select,
  };
}

/**
 * A request for whole items may name no attribute in the eyes of AWS, or those of its keys and conditions: it is judged both ways.
 *
 * @param enclosing the operation that the part is of, for a transaction
 */
export function contextsOf(reading: Reading, enclosing?: string): readonly RequestContext[] {
  const { keys, attributes, isWhole, select, returnValues } = reading;
  const context = {
    'dynamodb:leadingkeys': keys,
    'dynamodb:attributes': attributes,
    ...(select === undefined ? {} : { 'dynamodb:select': [select] }),
    ...(returnValues === undefined ? {} : { 'dynamodb:returnvalues': [returnValues] }),
    ...(enclosing === undefined ? {} : { 'dynamodb:enclosingoperation': [enclosing] }),
  };
  return isWhole ? [context, { ...context, 'dynamodb:attributes': [] }] : [context];
}

function tokensOf(
  { ExpressionAttributeNames: names }: Part,
  expression: string | undefined,
): readonly ExpressionToken[] {
  return expression === undefined ? [] : expressionTokens(expression, names);
}

function namesIn(part: Part): readonly string[] {
  const { KeyConditionExpression, ProjectionExpression, FilterExpression, ConditionExpression, UpdateExpression } =
    part;
  return [KeyConditionExpression, ProjectionExpression, FilterExpression, ConditionExpression, UpdateExpression]
    .flatMap((expression) => tokensOf(part, expression))
    .flatMap(({ kind, text: name }) => (kind === 'name' ? [name] : []));
}

/** The partition that a Query reads: it says `key = :value`. */
function partitionOf(part: Part, partitionKey: string): readonly string[] {
  const tokens = tokensOf(part, part.KeyConditionExpression);
  const found = tokens.flatMap(({ kind, text: name }, at) => {
    const [sign, value] = [tokens[at + 1], tokens[at + 2]];
    const isIt = kind === 'name' && name === partitionKey && sign?.text === '=' && value?.kind === 'value';
    return isIt ? scalarOf(part.ExpressionAttributeValues[value.text]) : [];
  });
  if (found.length === 0) throw validationError(`the partition must be told by "${partitionKey} = :value" here`);
  return found;
}

const READS = /^(?:Get|GetItem|BatchGetItem|Query|Scan)$/;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html#DDB-Query-request-Select */
function selectionOf(kind: string, { Select, ProjectionExpression }: Part): Pick<Reading, 'isWhole' | 'select'> {
  if (!READS.test(kind)) return { isWhole: false };
  const select = Select ?? (ProjectionExpression === undefined ? 'ALL_ATTRIBUTES' : 'SPECIFIC_ATTRIBUTES');
  return { isWhole: select.startsWith('ALL_'), select };
}

/** The value of a key, whatever its type. */
function scalarOf(value: unknown): readonly string[] {
  return isObject(value) ? Object.values(value).filter((scalar) => typeof scalar === 'string') : [];
}
