import * as v from 'valibot';
import { LOCAL_ACCOUNT_ID } from '../../stack/local-values.ts';
import type { LogEvent } from '../log-store.ts';
import { type LogAction, limitUpTo, parseInput, requireGroup } from './log-action.ts';

const inputSchema = v.object({
  logGroupName: v.string(),
  logStreamNamePrefix: v.optional(v.string(), ''),
  orderBy: v.optional(v.picklist(['LogStreamName', 'LastEventTime']), 'LogStreamName'),
  descending: v.optional(v.boolean(), false),
  nextToken: v.optional(v.pipe(v.string(), v.regex(/^\d{1,9}$/)), '0'),
  limit: limitUpTo(50),
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html */
export const describeLogStreams: LogAction = (input, { logs, region }) => {
  const { logGroupName, orderBy, descending, limit, ...rest } = parseInput(inputSchema, input);
  const byStream = Map.groupBy(requireGroup(logs, logGroupName), ({ stream }) => stream);
  const groupArn = `arn:aws:logs:${region}:${LOCAL_ACCOUNT_ID}:log-group:${logGroupName}`;
  const streams = [...byStream]
    .filter(([name]) => name.startsWith(rest.logStreamNamePrefix))
    .map(([name, events]) => describe(name, events, groupArn))
    .sort((a, b) =>
      orderBy === 'LastEventTime'
        ? a.lastEventTimestamp - b.lastEventTimestamp
        : Number(a.logStreamName > b.logStreamName) - Number(a.logStreamName < b.logStreamName),
    );
  if (descending) streams.reverse();
  const end = Number(rest.nextToken) + limit;
  const logStreams = streams.slice(Number(rest.nextToken), end);
  return { logStreams, ...(streams.length > end ? { nextToken: String(end) } : {}) };
};

function describe(logStreamName: string, events: readonly LogEvent[], groupArn: string) {
  const [first] = events;
  const last = events.at(-1);
  return {
    logStreamName,
    arn: `${groupArn}:log-stream:${logStreamName}`,
    creationTime: first?.timestampMs ?? 0,
    firstEventTimestamp: first?.timestampMs ?? 0,
    lastEventTimestamp: last?.timestampMs ?? 0,
    lastIngestionTime: last?.ingestionTimeMs ?? 0,
    storedBytes: 0,
  };
}
