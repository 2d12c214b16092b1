import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import type { LogEvent } from './log-store.ts';

const eventSchema = v.object({
  eventId: v.string(),
  stream: v.string(),
  message: v.string(),
  timestampMs: v.number(),
  ingestionTimeMs: v.number(),
});

/** The events of one group as JSON lines, oldest first. */
export interface LogFile {
  read(): LogEvent[];
  append(events: readonly LogEvent[]): void;
  /** Replaces what is in it. */
  rewrite(events: readonly LogEvent[]): void;
}

/** A line that was cut short, by a crash or a full disk, is left out when reading. */
export function openLogFile(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true });
  return {
    read: () => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').flatMap(parseLine) : []),
    append: (events) => appendFileSync(path, format(events)),
    rewrite(events) {
      writeFileSync(`${path}.new`, format(events));
      renameSync(`${path}.new`, path);
    },
  };
}

function format(events: readonly LogEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

function parseLine(line: string): LogEvent[] {
  try {
    return [v.parse(eventSchema, JSON.parse(line))];
  } catch {
    return [];
  }
}
