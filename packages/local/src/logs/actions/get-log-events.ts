import * as v from 'valibot';
import type { LogEvent } from '../log-store.ts';
import { type LogAction, limitUpTo, NO_EVENT_ID, parseInput, requireGroup } from './log-action.ts';

const inputSchema = v.object({
  logGroupName: v.string(),
  logStreamName: v.string(),
  startTime: v.optional(v.number(), 0),
  endTime: v.optional(v.number(), Number.POSITIVE_INFINITY),
  startFromHead: v.optional(v.boolean(), false),
  nextToken: v.optional(v.pipe(v.string(), v.regex(/^[fb]\/\d{56}$/))),
  limit: limitUpTo(10_000),
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
export const getLogEvents: LogAction = (input, { logs }) => {
  const { logGroupName, logStreamName, startTime, endTime, ...paging } = parseInput(inputSchema, input);
  const all = requireGroup(logs, logGroupName).filter(
    ({ stream, timestampMs }) => stream === logStreamName && timestampMs >= startTime && timestampMs < endTime,
  );
  const page = pageOf(all, paging);
  const edge = paging.nextToken?.slice(2) ?? NO_EVENT_ID;
  return {
    events: page.map(({ timestampMs, message, ingestionTimeMs }) => ({
      timestamp: timestampMs,
      message,
      ingestionTime: ingestionTimeMs,
    })),
    // At the end of the stream the token is the one that was sent: that is how a reader notices.
    nextForwardToken: `f/${page.at(-1)?.eventId ?? edge}`,
    nextBackwardToken: `b/${page[0]?.eventId ?? edge}`,
  };
};

function pageOf(
  events: readonly LogEvent[],
  { nextToken, startFromHead, limit }: { nextToken?: string | undefined; startFromHead: boolean; limit: number },
): readonly LogEvent[] {
  const edge = nextToken?.slice(2) ?? '';
  if (nextToken?.startsWith('f')) return events.filter(({ eventId }) => eventId > edge).slice(0, limit);
  if (nextToken?.startsWith('b')) return events.filter(({ eventId }) => eventId < edge).slice(-limit);
  return startFromHead ? events.slice(0, limit) : events.slice(-limit);
}
