import { parseArgs } from 'node:util';
import type { TableOf } from './progress.ts';

export interface RestoreOptions {
  readonly environment: string;
  /** To when, in epoch milliseconds; `latest` as late as can be; undefined for what is resumed. */
  readonly to: number | 'latest' | undefined;
  readonly tables: readonly TableOf[];
  readonly resume: boolean;
  readonly yes: boolean;
}

const USAGE =
  'usage: scripts/restore <environment> --to 2026-01-31T12:00:00Z|--latest [--tables sessions,events] [--yes], or: scripts/restore <environment> --resume [--yes]';
/** To the second, with a zone: a time without one is another moment for everybody who reads it. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/;

/**
 * @param args what stands behind `scripts/restore`
 * @throws Error with the usage
 */
export function parseOptions(args: readonly string[]): RestoreOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      latest: { type: 'boolean', default: false },
      tables: { type: 'string', default: 'sessions' },
      resume: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
    },
  });
  const [environment, ...more] = positionals;
  if (environment === undefined || more.length > 0) throw new Error(USAGE);
  const told = [values.to !== undefined, values.latest, values.resume].filter(Boolean);
  if (told.length !== 1) throw new Error(`say one of --to, --latest and --resume; ${USAGE}`);
  const to = values.to === undefined ? undefined : parseMoment(values.to);
  return {
    environment,
    to: values.latest ? 'latest' : to,
    tables: parseTables(values.tables),
    resume: values.resume,
    yes: values.yes,
  };
}

function parseMoment(text: string): number {
  const at = Date.parse(text);
  if (!MOMENT.test(text) || Number.isNaN(at)) {
    throw new Error(`--to must be a time with its zone, such as 2026-01-31T12:00:00Z, not ${text}`);
  }
  return at;
}

function parseTables(text: string): readonly TableOf[] {
  const tables = [...new Set(text.split(','))];
  if (tables.every((table) => table === 'sessions' || table === 'events')) return tables;
  throw new Error(`--tables must be sessions, events, or sessions,events, not ${text}`);
}
