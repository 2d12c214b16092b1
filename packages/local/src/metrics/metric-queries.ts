import type { MetricStore, Periods } from './create-metric-store.ts';
import { evaluateExpression } from './math/evaluate-expression.ts';
import { type Expression, idsIn } from './math/expression.ts';
import { MathError, parseExpression } from './math/parse-expression.ts';
import type { Metric } from './metric.ts';
import { parseStatistic, type Statistic } from './statistic.ts';

/** A metric and what is to be made of it, or a metric math expression over others of the same list. */
export interface MetricQuery {
  readonly id: string;
  readonly label?: string | undefined;
  readonly returnData: boolean;
  readonly stat?: MetricStat | undefined;
  readonly expression?: string | undefined;
}

/** A statistic of a metric. */
interface MetricStat {
  readonly metric: Metric;
  /** `Sum`, `p99` */
  readonly statistic: string;
  readonly periodMs: number;
  /** Values of other units are left out. */
  readonly unit?: string | undefined;
}

/** One value a period; undefined where there is none. */
export type Series = readonly (number | undefined)[];

/** Queries that can be answered. */
export interface MetricQueries {
  /** @throws MathError when there is no such id */
  series(id: string, periods: Periods, metrics: Pick<MetricStore, 'read'>): Series;
}

const ID = /^[a-z]\w{0,254}$/;

type Prepared = { readonly expression: Expression } | { readonly stat: MetricStat; readonly compute: Statistic };

/**
 * Reads queries as CloudWatch does: ids are unique and begin with a small letter, expressions name ids of the list and not themselves.
 *
 * @throws MathError saying what is wrong with which
 */
export function prepareQueries(queries: readonly MetricQuery[]): MetricQueries {
  const prepared = new Map<string, Prepared>();
  for (const query of queries) {
    if (!ID.test(query.id)) throw new MathError(`the id ${JSON.stringify(query.id)} must begin with a small letter`);
    if (prepared.has(query.id)) throw new MathError(`the id ${query.id} stands there twice`);
    prepared.set(query.id, prepare(query));
  }
  for (const id of prepared.keys()) assertResolvable(id, prepared, []);

  function at(id: string, period: number, of: ReadonlyMap<string, Series>): number | undefined {
    const query = prepared.get(id);
    if (query === undefined) throw new MathError(`there is no id ${id}`);
    if (!('expression' in query)) return of.get(id)?.[period];
    return evaluateExpression(query.expression, (inner) => at(inner, period, of));
  }
  return {
    series(id, periods, metrics) {
      const read = new Map([...prepared].flatMap(([name, query]) => readStat(name, query, { periods, metrics })));
      return Array.from({ length: periods.count }, (_, period) => at(id, period, read));
    },
  };
}

function prepare({ id, stat, expression }: MetricQuery): Prepared {
  if ((stat === undefined) === (expression === undefined)) {
    throw new MathError(`${id} must have either a metric or an expression`);
  }
  if (stat === undefined) return { expression: parseExpression(expression ?? '') };
  const compute = parseStatistic(stat.statistic);
  if (compute === undefined) throw new MathError(`the statistic ${stat.statistic} of ${id} is not run here`);
  return { stat, compute };
}

/** What an expression needs is there, and not itself; what it comes to is a series, since a metric is in it. */
function assertResolvable(id: string, prepared: ReadonlyMap<string, Prepared>, path: readonly string[]): void {
  const query = prepared.get(id);
  if (query === undefined) throw new MathError(`${path.at(-1)} names ${id}, which is not there`);
  if (path.includes(id)) throw new MathError(`${id} needs itself: ${[...path, id].join(' → ')}`);
  if (!('expression' in query)) return;
  const needed = idsIn(query.expression);
  if (needed.size === 0) throw new MathError(`${id} names no metric`);
  for (const inner of needed) assertResolvable(inner, prepared, [...path, id]);
}

function readStat(
  id: string,
  query: Prepared,
  { periods, metrics }: { periods: Periods; metrics: Pick<MetricStore, 'read'> },
): [string, Series][] {
  if (!('stat' in query)) return [];
  const { stat, compute } = query;
  const read = metrics.read(stat.metric, periods, stat.unit);
  return [[id, read.map((aggregate) => (aggregate === undefined ? undefined : compute(aggregate)))]];
}
