import type { LogEvent } from './log-event.ts';
import type { ReadLogs } from './read-logs.ts';

let count = 0;

/** For tests: an event, one millisecond after the one before. An object is logged as JSON. */
export function anEvent(message: string | object, changes: Partial<LogEvent> = {}): LogEvent {
  count += 1;
  return {
    id: String(count).padStart(56, '0'),
    group: '/aws/lambda/f',
    stream: 's',
    timestampMs: count,
    message: typeof message === 'string' ? message : JSON.stringify(message),
    ...changes,
  };
}

/** For tests: reads from memory; of patterns it knows none and a quoted text. */
export function memoryReader(events: readonly LogEvent[]): ReadLogs {
  return async function* read({ groups, pattern, startMs }) {
    const text = /^"(.*)"$/.exec(pattern)?.[1] ?? '';
    for (const event of events) {
      if (groups.includes(event.group) && event.timestampMs >= startMs && event.message.includes(text)) yield event;
    }
  };
}
