import { isObject } from '@cloakroom/core';

/** One event of a log group. */
export interface LogEvent {
  /** Of one event in one group alone. */
  readonly id: string;
  readonly group: string;
  readonly stream: string;
  /** Epoch milliseconds. */
  readonly timestampMs: number;
  readonly message: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** What a structured line holds; undefined for text, as Lambda itself writes it. */
export function fieldsOf({ message }: Pick<LogEvent, 'message'>): Fields | undefined {
  if (!message.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(message);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** In order of time; what came at once, in order of the groups' names and of what stands in each. */
export function byTime(one: LogEvent, other: LogEvent): number {
  return one.timestampMs - other.timestampMs || compare(one.group, other.group) || compare(one.id, other.id);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
