import type { MetricStore } from '../create-metric-store.ts';

/** A request that an HTTP API has answered. */
export interface Answered {
  readonly apiId: string;
  readonly stage: string;
  readonly status: number;
  readonly responseMs: number;
  /** Absent where no integration was asked. */
  readonly integrationMs?: number | undefined;
}

/**
 * What API Gateway counts of an HTTP API. Metrics of single routes are not kept.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 */
export function gatewayMetrics(metrics: Pick<MetricStore, 'put'>) {
  return ({ apiId: ApiId, stage: Stage, status, responseMs, integrationMs }: Answered): void => {
    function put(name: string, value: number, unit: string): void {
      for (const dimensions of [{ ApiId }, { ApiId, Stage }]) {
        metrics.put({ namespace: 'AWS/ApiGateway', name, dimensions }, value, { unit });
      }
    }
    put('Count', 1, 'Count');
    put('4xx', Number(status >= 400 && status < 500), 'Count');
    put('5xx', Number(status >= 500), 'Count');
    put('Latency', responseMs, 'Milliseconds');
    if (integrationMs !== undefined) put('IntegrationLatency', integrationMs, 'Milliseconds');
  };
}
