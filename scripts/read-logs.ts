import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { byTime, type LogEvent } from './log-event.ts';
import type { Logs } from './log-groups.ts';

/** What is wanted of some groups. */
export interface LogWindow {
  readonly groups: readonly string[];
  /** CloudWatch's filter pattern; empty for everything. */
  readonly pattern: string;
  /** Epoch milliseconds. */
  readonly startMs: number;
}

/** Reads a window, oldest event first. */
export type ReadLogs = (window: LogWindow) => AsyncIterable<LogEvent>;

/**
 * Reads groups page by page and puts their events in order as they come: no more than a page of each group is held.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export function logReader(logs: Logs, abortSignal: AbortSignal): ReadLogs {
  return ({ groups, ...window }) => merge(groups.map((group) => eventsOf(logs, { ...window, group }, abortSignal)));
}

async function* eventsOf(
  logs: Logs,
  { group, pattern, startMs }: Omit<LogWindow, 'groups'> & { readonly group: string },
  abortSignal: AbortSignal,
): AsyncGenerator<LogEvent> {
  let nextToken: string | undefined;
  do {
    const command = new FilterLogEventsCommand({
      logGroupName: group,
      startTime: startMs,
      ...(pattern === '' ? {} : { filterPattern: pattern }),
      nextToken,
    });
    const page = await logs.send(command, { abortSignal });
    for (const {
      eventId: id = '',
      logStreamName: stream = '',
      timestamp: timestampMs = 0,
      message = '',
    } of page.events ?? []) {
      yield { id, group, stream, timestampMs, message };
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

/** Events of several sources, each in order, in the order of all. */
async function* merge(sources: readonly AsyncGenerator<LogEvent>[]): AsyncGenerator<LogEvent> {
  const heads = await Promise.all(sources.map(async (source) => ({ source, next: await source.next() })));
  for (;;) {
    const waiting = heads.flatMap((head) => (head.next.done ? [] : [{ head, event: head.next.value }]));
    const [first, ...others] = waiting;
    if (first === undefined) return;
    const { head, event } = others.reduce((best, other) => (byTime(other.event, best.event) < 0 ? other : best), first);
    yield event;
    head.next = await head.source.next();
  }
}
