import { parseArgs } from 'node:util';
import { createOperatorClients } from '@cloakroom/aws/operator';
import {
  builtInIssuers,
  ENVIRONMENTS,
  type EnvironmentName,
  environmentOf,
  keycloakIssuers,
} from '@cloakroom/terraform';
import { createLineCounts } from './count-lines.ts';
import { explainAwsError } from './explain-aws-error.ts';
import { followLogs } from './follow-logs.ts';
import { integerOption } from './integer-option.ts';
import type { LogEvent } from './log-event.ts';
import { logGroups, writerOf } from './log-groups.ts';
import { isTelling, jsonLine, logLine } from './log-line.ts';
import { linesPattern, logIdsOf } from './log-patterns.ts';
import { logReader } from './read-logs.ts';
import { requestLines } from './request-lines.ts';

const USAGE =
  'usage: scripts/logs <environment>|local [--user ID] [--code CODES] [--reason R] ' +
  '[--request ID] [--since 1h] [--follow] [--count FIELDS] [--json] [--aws-port 4566]';
const ATTEMPT = {
  service: 'CloudWatch Logs',
  denied: 'read the logs: allow them logs:DescribeLogGroups and logs:FilterLogEvents',
};
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** CloudWatch tells of most events within seconds, and of some after a minute. */
const OVERLAP_MS = 120_000;
const PAUSE_MS = { local: 500, deployed: 3000 } as const;

interface Options {
  /** Undefined for that of scripts/dev. */
  readonly environment: EnvironmentName | undefined;
  readonly endpoint: string | undefined;
  readonly pattern: string;
  readonly request: string | undefined;
  readonly since: string;
  readonly follow: boolean;
  /** Undefined to show the lines themselves. */
  readonly count: readonly string[] | undefined;
  readonly json: boolean;
}

function parseOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      user: { type: 'string' },
      request: { type: 'string' },
      reason: { type: 'string' },
      code: { type: 'string' },
      count: { type: 'string' },
      since: { type: 'string', default: '1h' },
      follow: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'aws-port': { type: 'string', default: '4566' },
    },
  });
  const [name = '', ...more] = positionals;
  if (name === '' || more.length > 0) throw new Error(USAGE);
  const environment = name === 'local' ? undefined : name;
  if (environment !== undefined) environmentOf(environment, ['local']);
  const { user, request, reason, code, count } = values;
  if (request !== undefined && (user ?? reason ?? code ?? count) !== undefined) {
    throw new Error('--request shows every line of the request: leave --user, --reason, --code and --count out');
  }
  if (count !== undefined && (values.follow || values.json)) {
    throw new Error('--count shows a table, once: leave --follow and --json out');
  }
  const awsPort = integerOption('--aws-port', values['aws-port'], 65_535);
  return {
    environment,
    endpoint: environment === undefined ? `http://127.0.0.1:${awsPort}` : undefined,
    pattern: linesPattern({
      ...(user === undefined ? {} : { users: logIdsOf(user, aliasesOf(environment)) }),
      ...(code === undefined ? {} : { codes: listOption('--code', code, /^[\w.]{1,64}\*?$/) }),
      ...(reason === undefined ? {} : { reason: plainOption('--reason', reason, /^[\w.-]{1,64}$/) }),
    }),
    // As API Gateway and Lambda write them.
    request: request === undefined ? undefined : plainOption('--request', request, /^[\w+/=-]{8,128}$/),
    since: values.since,
    follow: values.follow,
    count: count === undefined ? undefined : listOption('--count', count, /^[\w.]{1,64}$/),
    json: values.json,
  };
}

function listOption(option: string, values: string, form: RegExp): readonly string[] {
  return values.split(',').map((value) => plainOption(option, value, form));
}

/** Of what can stand in a filter pattern without a quote that ends it. */
function plainOption(option: string, value: string, form: RegExp): string {
  if (!form.test(value)) throw new Error(`${option} ${JSON.stringify(value)} is none that a log line could have`);
  return value;
}

/** scripts/dev may run with the issuers of any environment, or with those of this machine. */
function aliasesOf(environment: EnvironmentName | undefined): readonly string[] {
  const known = environment === undefined ? Object.values(ENVIRONMENTS) : [environmentOf(environment)];
  const local = environment === undefined ? [...builtInIssuers(''), ...keycloakIssuers('')] : [];
  const aliases = [...known.flatMap(({ issuers }) => issuers), ...local].map(({ alias }) => alias);
  return [...new Set(aliases)];
}

function sinceMs(since: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(since) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs === undefined) throw new Error(`--since ${since} is no time span: 30s, 15m, 1h or 2d`);
  return Date.now() - Number(count) * unitMs;
}

async function main(options: Options, signal: AbortSignal): Promise<void> {
  const { environment, endpoint, request, pattern, since, json, count } = options;
  const startMs = sinceMs(since);
  const { app, name, region } = environmentOf(environment ?? 'dev');
  const prefix = `${app}-${name}`;
  const { logs } = createOperatorClients({ region, endpoint });
  const groups = await logGroups(logs, prefix, signal);
  if (groups.length === 0) {
    throw new Error(
      `there is no log group of ${prefix} in ${region}: is it applied (scripts/deploy ${name}), and are these credentials of its account?`,
    );
  }
  const read = logReader(logs, signal);
  const search = (fromMs: number) =>
    request === undefined
      ? read({ groups, pattern, startMs: fromMs })
      : requestLines(read, { id: request, groups, startMs: fromMs });
  const counts = count === undefined ? undefined : createLineCounts(count);
  let shown = 0;
  const show = (event: LogEvent) => {
    if (!isTelling(event, { withReport: request !== undefined }) || counts?.add(event) === false) return;
    shown += 1;
    if (counts !== undefined) return;
    const writer = writerOf(event.group, prefix);
    process.stdout.write(`${json ? jsonLine(event, writer) : logLine(event, writer)}\n`);
  };
  if (!options.follow) {
    for await (const event of await search(startMs)) show(event);
    for (const row of counts?.table() ?? []) console.log(row);
    if (shown === 0) throw new Error(`nothing of that was logged within ${since}: look further back with --since`);
    return;
  }
  const pauseMs = PAUSE_MS[environment === undefined ? 'local' : 'deployed'];
  // What joins the lines of a request may be older than any overlap.
  const overlapMs = request === undefined ? OVERLAP_MS : Number.POSITIVE_INFINITY;
  for await (const event of followLogs({ search, startMs, nowMs: Date.now, overlapMs, pauseMs, signal })) show(event);
}

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
// Whoever reads may have had enough: `scripts/logs dev | head`.
process.stdout.on('error', () => process.exit(0));

let endpoint: string | undefined;
try {
  const options = parseOptions();
  endpoint = options.endpoint;
  await main(options, abort.signal);
} catch (error) {
  if (!abort.signal.aborted) {
    console.error(`cloakroom: ${explainAwsError(error, { ...ATTEMPT, endpoint }).message}`);
    process.exitCode = 1;
  }
}
