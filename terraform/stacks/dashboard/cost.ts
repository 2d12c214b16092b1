import type { Line, Section } from '../../modules/monitoring/dashboard.ts';
import { FUNCTIONS } from '../functions/index.ts';
import { PRICES } from '../prices.ts';
import { ofEach, type Watched } from '../watched.ts';
import { hidden } from './lines.ts';

const MILLION = 1_000_000;
const GB = 1_000_000_000;
const MB_MS_PER_GB_SECOND = 1024 * 1000;

/**
 * What a million requests to the API cost at the rate of now: what the tables consumed, how long functions ran, how often they and the API
 * were called, what was logged, at list prices, by the number of requests. SQS, KMS, storage and a VPC are not in it.
 */
export function cost({ table, lambda, api, logs, functions }: Watched): Section {
  const metrics = {
    requests: api('Count'),
    sessions_reads: table('sessions', 'ConsumedReadCapacityUnits'),
    sessions_writes: table('sessions', 'ConsumedWriteCapacityUnits'),
    events_reads: table('events', 'ConsumedReadCapacityUnits'),
    events_writes: table('events', 'ConsumedWriteCapacityUnits'),
    log_api: logs('api'),
    ...withPrefix(
      'log',
      ofEach(functions, (name) => logs(name)),
    ),
    ...withPrefix(
      'ran',
      ofEach(functions, (name) => lambda(name, 'Duration')),
    ),
    ...withPrefix(
      'calls',
      ofEach(functions, (name) => lambda(name, 'Invocations')),
    ),
  };
  const sum = (ids: readonly string[]) => `SUM([${ids.map((id) => `FILL(${id}, 0)`).join(', ')}])`;
  const idsOf = (prefix: string) => Object.keys(metrics).filter((id) => id.startsWith(`${prefix}_`));
  const ran = functions.map(
    (name) => `FILL(${idOf('ran', name)}, 0) * ${FUNCTIONS[name].memoryMb / MB_MS_PER_GB_SECOND}`,
  );
  // Dollars for a million of something, times its number, is what a million requests cost when it is divided by theirs.
  const perMillion = (price: number, count: string) => `${price} * ${count} / requests`;
  const shown: readonly Line[] = [
    { label: 'API', expression: perMillion(PRICES.httpRequests, 'requests') },
    { label: 'invocations', expression: perMillion(PRICES.invocations, sum(idsOf('calls'))) },
    { label: 'time of functions', expression: perMillion(PRICES.gbSeconds, `SUM([${ran.join(', ')}])`) },
    { label: 'reads', expression: perMillion(PRICES.readUnits, sum(['sessions_reads', 'events_reads'])) },
    { label: 'writes', expression: perMillion(PRICES.writeUnits, sum(['sessions_writes', 'events_writes'])) },
    { label: 'logs', expression: perMillion((PRICES.logGb * MILLION) / GB, sum(idsOf('log'))) },
  ];
  const total = shown.map((line) => ('expression' in line ? line.expression : '')).join(' + ');
  return {
    heading: 'What a million requests cost at present, by the prices of docs/cost.md',
    graphs: [
      {
        title: 'A million requests',
        unit: 'dollars',
        lines: [
          ...Object.entries(metrics).map(([id, metric]) => hidden(id, metric)),
          { label: 'all', expression: total },
          ...shown,
        ],
      },
    ],
  };
}

function idOf(prefix: string, name: string): string {
  return `${prefix}_${name.replaceAll('-', '_')}`;
}

function withPrefix<T>(prefix: string, all: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).map(([id, one]) => [idOf(prefix, id), one]));
}
