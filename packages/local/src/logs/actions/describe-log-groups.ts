import * as v from 'valibot';
import { LOCAL_ACCOUNT_ID } from '../../stack/local-values.ts';
import { type LogAction, limitUpTo, parseInput } from './log-action.ts';

const inputSchema = v.object({
  logGroupNamePrefix: v.optional(v.string(), ''),
  logGroupNamePattern: v.optional(v.string(), ''),
  nextToken: v.optional(v.string(), ''),
  limit: limitUpTo(50),
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export const describeLogGroups: LogAction = (input, { logs, region }) => {
  const { logGroupNamePrefix, logGroupNamePattern, nextToken, limit } = parseInput(inputSchema, input);
  const names = logs
    .groups()
    .filter((name) => name.startsWith(logGroupNamePrefix) && name.includes(logGroupNamePattern) && name > nextToken);
  const page = names.slice(0, limit);
  const logGroups = page.map((logGroupName) => {
    const events = logs.events(logGroupName) ?? [];
    const logGroupArn = `arn:aws:logs:${region}:${LOCAL_ACCOUNT_ID}:log-group:${logGroupName}`;
    const storedBytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0);
    const creationTime = events[0]?.timestampMs ?? 0;
    return { logGroupName, logGroupArn, arn: `${logGroupArn}:*`, creationTime, storedBytes, metricFilterCount: 0 };
  });
  return { logGroups, ...(names.length > limit ? { nextToken: page.at(-1) } : {}) };
};
