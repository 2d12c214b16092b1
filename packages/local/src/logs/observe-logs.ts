import type { LogStore } from './log-store.ts';

const FUNCTION_GROUP = '/aws/lambda/';

/** The same store, telling every line that a function logs. */
export function observeFunctionLogs(logs: LogStore, onLine: (functionName: string, line: string) => void): LogStore {
  return {
    ...logs,
    append(group, stream, message, timestampMs) {
      logs.append(group, stream, message, timestampMs);
      if (group.startsWith(FUNCTION_GROUP)) onLine(group.slice(FUNCTION_GROUP.length), message);
    },
  };
}
