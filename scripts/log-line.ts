import { styleText } from 'node:util';
import { fieldsOf, type LogEvent } from './log-event.ts';

/** What every line has a place of its own for, and what says nothing about the one at hand. */
const NOT_SHOWN = new Set([
  ...['timestamp', 'level', 'code', 'message', 'service', '_aws', 'sampling_rate', 'cold_start', 'xray_trace_id'],
  ...['function_arn', 'function_memory_size', 'function_name', 'tenant_id'],
  // The access log's.
  ...['time', 'status'],
]);
/** Before the others, in this order. */
const FIRST = ['reason', 'errorCode', 'issuer', 'user', 'route', 'routeKey'];
const LAST = ['requestId', 'function_request_id'];
const WRITER_WIDTH = 15;
const COLOURS: Readonly<Record<string, 'red' | 'yellow'>> = { ERROR: 'red', CRITICAL: 'red', WARN: 'yellow' };
/** API Gateway's for a variable without a value. */
const NOTHING = '-';

/** Whether a line tells a person anything: of Lambda's own only the REPORT of a request that is asked for does. */
export function isTelling(event: LogEvent, { withReport }: { readonly withReport: boolean }): boolean {
  const fields = fieldsOf(event);
  if (fields !== undefined) return fields._aws === undefined || fields.message !== undefined;
  return !(withReport ? /^(?:START|END|INIT_START) / : /^(?:START|END|INIT_START|REPORT) /).test(event.message);
}

/** One line: time, who wrote it, level, code, message, fields. Coloured where `stream` is a terminal. */
export function logLine(event: LogEvent, writer: string, stream: NodeJS.WriteStream = process.stdout): string {
  const style = (name: Parameters<typeof styleText>[0], text: string) => styleText(name, text, { stream });
  const fields = fieldsOf(event);
  const start = `${style('dim', new Date(event.timestampMs).toISOString())} ${writer.padEnd(WRITER_WIDTH)}`;
  if (fields === undefined) return `${start} ${printable(event.message.trim())}`;
  const level = text(fields.level);
  const code = text(fields.code ?? fields.status);
  const head = `${start} ${paint(style, level)} ${style('bold', code)} ${text(fields.message)}`.trimEnd();
  const shown = shownFields(fields).map(([name, value]) => `${style('dim', `${name}=`)}${value}`);
  return [head, ...shown].join(' ');
}

function paint(style: (name: 'red' | 'yellow' | 'none', text: string) => string, level: string): string {
  return style(COLOURS[level] ?? 'none', level.padEnd(5));
}

function shownFields(fields: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  const names = Object.keys(fields).filter((name) => ![...FIRST, ...LAST].includes(name) && !NOT_SHOWN.has(name));
  return [...FIRST, ...names, ...LAST].flatMap((name) => {
    const value = fields[name];
    return value === undefined || value === NOTHING ? [] : [[name, valueText(value)] as const];
  });
}

/** As it is where that is clear, else as JSON. */
export function valueText(value: unknown): string {
  return typeof value === 'string' && /^[^\s"]+$/.test(value) ? printable(value) : printable(JSON.stringify(value));
}

function text(value: unknown): string {
  return value === undefined ? '' : printable(String(value));
}

/** Without what would move the cursor or colour the terminal: parts of a line may come from anybody. */
function printable(value: string): string {
  return value.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

/** The whole of a line, for programs. */
export function jsonLine(event: LogEvent, writer: string): string {
  const { timestampMs, group, stream, message } = event;
  const timestamp = new Date(timestampMs).toISOString();
  return JSON.stringify({ timestamp, writer, group, stream, message: fieldsOf(event) ?? message.trimEnd() });
}
