import type { FunctionTarget } from '../../lambda/function-target.ts';
import type { MetricStore } from '../create-metric-store.ts';

/** How an invocation went. */
export interface Invoked {
  readonly failed: boolean;
  readonly durationMs: number;
}

/**
 * What Lambda counts itself, for the function and for the name that it was invoked by. There are no throttles here: who finds no free
 * environment waits.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function lambdaMetrics(metrics: Pick<MetricStore, 'put'>) {
  function put(target: FunctionTarget, name: string, value: number, unit: string): void {
    for (const dimensions of dimensionSets(target)) {
      metrics.put({ namespace: 'AWS/Lambda', name, dimensions }, value, { unit });
    }
  }
  return {
    invoked(target: FunctionTarget, { failed, durationMs }: Invoked): void {
      put(target, 'Invocations', 1, 'Count');
      put(target, 'Errors', Number(failed), 'Count');
      put(target, 'Throttles', 0, 'Count');
      put(target, 'Duration', durationMs, 'Milliseconds');
    },
    /** A batch of a stream goes to the function; its last record is so old. */
    delivered(target: FunctionTarget, ageMs: number): void {
      put(target, 'IteratorAge', ageMs, 'Milliseconds');
    },
  };
}

function dimensionSets({ functionName, qualifier }: FunctionTarget): readonly Record<string, string>[] {
  const Resource = qualifier === undefined ? functionName : `${functionName}:${qualifier}`;
  return [{ FunctionName: functionName }, { FunctionName: functionName, Resource }];
}
