import { byTime, fieldsOf, type LogEvent } from './log-event.ts';
import { textPattern } from './log-patterns.ts';
import type { ReadLogs } from './read-logs.ts';

/** A line's ids: the gateway's, and Lambda's of the invocation. Lines that Lambda writes itself have the latter in their text. */
interface Ids {
  readonly request: unknown;
  readonly invocation: unknown;
}

/**
 * Every line of a request: those with its id, and those of its invocations that have none, such as a time-out. `id` is
 * the gateway's, or Lambda's of an invocation, which leads to the requests that it was about.
 */
export async function requestLines(
  read: ReadLogs,
  { id, groups, startMs }: { readonly id: string; readonly groups: readonly string[]; readonly startMs: number },
): Promise<readonly LogEvent[]> {
  const requests = new Set([id]);
  // An invocation's id stands in its function's log alone: to look for it everywhere would be many calls.
  const invocations = new Map([[id, groups]]);
  const found = new Map<string, LogEvent>();
  const isOfIt = (event: LogEvent) => {
    const { request } = idsOf(event);
    // An invocation of a consumer is about messages of several requests.
    return typeof request === 'string'
      ? requests.has(request)
      : [...invocations.keys()].some((of) => event.message.includes(of));
  };
  for (const searched = new Set<string>(); ; ) {
    const next = [...requests, ...invocations.keys()].find((of) => !searched.has(of));
    if (next === undefined) break;
    searched.add(next);
    const where = invocations.get(next) ?? groups;
    for await (const event of read({ groups: where, pattern: textPattern(next), startMs })) {
      found.set(`${event.group} ${event.id}`, event);
      const { request, invocation } = idsOf(event);
      if (invocation === id && typeof request === 'string') requests.add(request);
      if (!requests.has(String(request)) || typeof invocation !== 'string' || invocations.has(invocation)) continue;
      invocations.set(invocation, [event.group]);
    }
  }
  return [...found.values()].filter(isOfIt).toSorted(byTime);
}

function idsOf(event: LogEvent): Ids {
  const { requestId: request, function_request_id: invocation } = fieldsOf(event) ?? {};
  return { request, invocation };
}
