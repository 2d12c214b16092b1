import * as v from 'valibot';
import { AwsError } from '../../base/aws-error.ts';
import { parseMembers } from '../../base/parse-members.ts';
import type { LogEvent, LogStore } from '../log-store.ts';

/** What an operation of CloudWatch Logs reads. */
interface LogContext {
  readonly logs: Pick<LogStore, 'events' | 'groups'>;
  readonly region: string;
}

/** One operation: input and output are those of the API. @throws AwsError */
export type LogAction = (input: unknown, context: LogContext) => unknown;

/** Sorts before every event's id. */
export const NO_EVENT_ID = '0'.repeat(56);

/** An integer with bounds, as `limit` has them. */
export function limitUpTo(most: number) {
  return v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most)), most);
}

/** @throws AwsError InvalidParameterException naming the field */
export function parseInput<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  return parseMembers(schema, input, 'InvalidParameterException');
}

/** @throws AwsError ResourceNotFoundException */
export function requireGroup(logs: Pick<LogStore, 'events'>, group: string): readonly LogEvent[] {
  const events = logs.events(group);
  if (events === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return events;
}
