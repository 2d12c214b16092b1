import { openLogFile } from './log-file.ts';
import type { LogEvent } from './log-store.ts';

/** Lines wait this long to be written together. */
const FLUSH_AFTER_MS = 50;

/** One log group: its newest lines. */
export interface LogGroup {
  append(stream: string, message: string, timestampMs: number): void;
  events(): readonly LogEvent[];
  /** Writes what waits to the file. */
  flush(): void;
}

/** With `file`, an absolute path, the lines are kept there too, and those already in it are the first. */
export function createLogGroup(options: { maxBytes: number; file: string | undefined }): LogGroup {
  const { maxBytes } = options;
  const file = options.file === undefined ? undefined : openLogFile(options.file);
  let events: LogEvent[] = file?.read() ?? [];
  let bytes = events.reduce((sum, event) => sum + sizeOf(event), 0);
  let sequence = sequenceAfter(events.at(-1));
  let unwritten: LogEvent[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const batch = unwritten;
    unwritten = [];
    if (batch.length > 0) file?.append(batch);
  }

  /** Drops the oldest lines down to the limit, a quarter over it at a time, so that it is not done for every line. */
  function trim(): void {
    if (bytes <= maxBytes * 1.25) return;
    let kept = events.length;
    for (let size = 0; kept > 0; kept -= 1) {
      const event = events[kept - 1];
      size += event === undefined ? 0 : sizeOf(event);
      if (size > maxBytes) break;
    }
    events = events.slice(kept);
    bytes = events.reduce((sum, event) => sum + sizeOf(event), 0);
    unwritten = [];
    file?.rewrite(events);
  }

  return {
    flush,
    events: () => events,
    append(stream, message, timestampMs) {
      const event = {
        eventId: eventId(timestampMs, sequence),
        stream,
        message,
        timestampMs,
        ingestionTimeMs: Date.now(),
      };
      sequence += 1;
      events.push(event);
      bytes += sizeOf(event);
      if (file !== undefined) {
        unwritten.push(event);
        timer ??= setTimeout(flush, FLUSH_AFTER_MS).unref();
      }
      trim();
    },
  };
}

function sizeOf({ message }: LogEvent): number {
  // CloudWatch counts 26 bytes for every event besides its message.
  return Buffer.byteLength(message) + 26;
}

/** 56 digits as CloudWatch's: the time first, so that ids sort by it, then the place in the group. */
function eventId(timestampMs: number, sequence: number): string {
  return String(timestampMs).padStart(16, '0') + String(sequence).padStart(40, '0');
}

function sequenceAfter(last: LogEvent | undefined): number {
  return last === undefined ? 0 : Number(last.eventId.slice(16)) + 1;
}
