import type { NowMs } from '@cloakroom/core';
import * as v from 'valibot';
import { AwsError } from '../../base/aws-error.ts';
import { parseMembers } from '../../base/parse-members.ts';
import type { Alarms } from '../alarms/create-alarms.ts';
import { type MetricStore, minuteOf, type Periods, RETENTION_MS } from '../create-metric-store.ts';

/** What the actions of CloudWatch work on. */
export interface MetricContext {
  readonly metrics: MetricStore;
  readonly alarms: Alarms;
  readonly nowMs: NowMs;
}

/** One action of CloudWatch: from its input to its output, both as AWS documents them, times in epoch seconds. */
export type MetricAction = (input: object, context: MetricContext) => object;

const MAX_DIMENSIONS = 30;
const INVALID = 'InvalidParameterValueException';

export const nameSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
export const epochMsSchema = v.pipe(
  v.number(),
  v.transform((seconds) => seconds * 1000),
);
export const periodMsSchema = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(60),
  v.multipleOf(60, 'must be a multiple of 60 here'),
  v.transform((seconds) => seconds * 1000),
);
/** `[{Name, Value}]`, as an object by name. */
export const dimensionsSchema = v.pipe(
  v.optional(
    v.pipe(
      v.array(v.strictObject({ Name: nameSchema, Value: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)) })),
      v.maxLength(MAX_DIMENSIONS),
    ),
    [],
  ),
  v.transform((list): Record<string, string> => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]))),
);

export function dimensionList(dimensions: Readonly<Record<string, string>>): object[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

export function invalid(message: string): AwsError {
  return new AwsError(INVALID, message);
}

/** @throws AwsError naming the member that is not understood, or whose value AWS would refuse */
export function parseMetricInput<S extends v.GenericSchema>(schema: S, input: object): v.InferOutput<S> {
  return parseMembers(schema, input, INVALID);
}

/** The periods between two times, from the minute of the first; those before everything that is kept are left out. */
export function periodsBetween(
  { startMs, endMs, periodMs }: { startMs: number; endMs: number; periodMs: number },
  nowMs: NowMs,
): Periods {
  if (startMs >= endMs) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  const firstMs = minuteOf(startMs);
  const forgotten = Math.max(0, Math.floor((minuteOf(nowMs()) - RETENTION_MS - firstMs) / periodMs));
  const keptMs = firstMs + forgotten * periodMs;
  const lastMs = Math.min(endMs, nowMs() + RETENTION_MS);
  return { startMs: keptMs, periodMs, count: Math.max(0, Math.ceil((lastMs - keptMs) / periodMs)) };
}

/** One page of a list, and where the next begins; tokens are places in the list. */
export function pageOf<T>(items: readonly T[], most: number, token = '0'): { page: readonly T[]; next: object } {
  if (!/^\d{1,9}$/.test(token)) throw new AwsError('InvalidNextToken', 'the NextToken is not one of ours');
  const end = Number(token) + most;
  return { page: items.slice(Number(token), end), next: end < items.length ? { NextToken: String(end) } : {} };
}
