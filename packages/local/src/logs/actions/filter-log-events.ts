import * as v from 'valibot';
import { AwsError } from '../../base/aws-error.ts';
import { parseFilterPattern } from '../filter-pattern.ts';
import { type LogAction, limitUpTo, NO_EVENT_ID, parseInput, requireGroup } from './log-action.ts';

const inputSchema = v.object({
  logGroupName: v.optional(v.string()),
  logGroupIdentifier: v.optional(v.string()),
  logStreamNames: v.optional(v.array(v.string())),
  logStreamNamePrefix: v.optional(v.string(), ''),
  startTime: v.optional(v.number(), 0),
  endTime: v.optional(v.number(), Number.POSITIVE_INFINITY),
  filterPattern: v.optional(v.string(), ''),
  nextToken: v.optional(v.pipe(v.string(), v.regex(/^\d{56}$/)), NO_EVENT_ID),
  limit: limitUpTo(10_000),
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
export const filterLogEvents: LogAction = (input, { logs }) => {
  const { startTime, endTime, filterPattern, nextToken, limit, ...where } = parseInput(inputSchema, input);
  const matches = parseFilterPattern(filterPattern);
  if (matches === undefined) {
    const message = 'filterPattern: only terms and comparisons like { $.code = "x" && $.a != "y" } are understood here';
    throw new AwsError('InvalidParameterException', message);
  }
  const found = requireGroup(logs, groupName(where)).filter(
    ({ stream, message, timestampMs, eventId }) =>
      eventId > nextToken &&
      timestampMs >= startTime &&
      timestampMs <= endTime &&
      (where.logStreamNames?.includes(stream) ?? true) &&
      stream.startsWith(where.logStreamNamePrefix) &&
      matches(message),
  );
  const page = found.slice(0, limit);
  return {
    events: page.map(({ stream, timestampMs, message, ingestionTimeMs, eventId }) => ({
      logStreamName: stream,
      timestamp: timestampMs,
      message,
      ingestionTime: ingestionTimeMs,
      eventId,
    })),
    searchedLogStreams: [],
    ...(found.length > limit ? { nextToken: page.at(-1)?.eventId } : {}),
  };
};

/** The name itself, or the ARN that `logGroupIdentifier` may hold. */
function groupName(where: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined }): string {
  const name = where.logGroupName ?? where.logGroupIdentifier?.replace(/^arn:aws:logs:[^:]*:[^:]*:log-group:/, '');
  if (name === undefined) throw new AwsError('InvalidParameterException', 'logGroupName: is missing');
  return name;
}
