import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import type { HttpApi } from '../modules/http_api/http-api.ts';
import type { Metric } from '../modules/monitoring/metric.ts';
import type { Resources } from './function-spec.ts';
import { type FunctionName, type OfFunctions, ofFunction } from './functions/index.ts';

/** Functions that nobody waits for: what they are behind with is the age of a queue, of a stream, of the keys. */
const FED: ReadonlySet<string> = new Set<FunctionName>(['record-changes', 'refresh-keys', 'store-event']);

type Statistic = Metric['statistic'];

/** What alarms and dashboard look at: the metrics of one environment. */
export interface Watched {
  /** All functions of the environment. */
  readonly functions: readonly FunctionName[];
  /** The functions that a client waits for. */
  readonly answering: readonly FunctionName[];
  /** One of ours, as docs/logs.md tells them. */
  own(service: FunctionName, name: string, by?: Readonly<Record<string, string>>, statistic?: Statistic): Metric;
  /** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
  lambda(name: FunctionName, metric: string, statistic?: Statistic): Metric;
  /** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html */
  table(table: 'sessions' | 'events', metric: string, statistic?: Statistic): Metric;
  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
  queue(queue: 'events' | 'eventsDeadLetters' | 'changesDeadLetters', metric: string, statistic?: Statistic): Metric;
  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
  api(metric: string, statistic?: Statistic): Metric;
  /** What is written to the log of a function or of the API, in bytes: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html */
  logs(of: FunctionName | 'api'): Metric;
}

export interface WatchedProps {
  /** Of our own metrics. */
  readonly namespace: string;
  readonly resources: Pick<Resources, 'sessions' | 'events' | 'eventsQueue' | 'changesDeadLetters'>;
  readonly aliases: OfFunctions<Pick<LambdaAlias, 'functionName'>>;
  readonly api: Pick<HttpApi, 'apiId' | 'accessLogName'>;
}

export function createWatched({ namespace, resources, aliases, api }: WatchedProps): Watched {
  const { sessions, events, eventsQueue, changesDeadLetters } = resources;
  const queues = {
    events: eventsQueue.name,
    eventsDeadLetters: eventsQueue.deadLettersName,
    changesDeadLetters: changesDeadLetters.name,
  };
  const tables = { sessions: sessions.name, events: events.name };
  const functions = Object.keys(aliases) as FunctionName[];
  return {
    functions,
    answering: functions.filter((name) => !FED.has(name)),
    own: (service, name, by = {}, statistic = 'Sum') => ({
      namespace,
      name,
      dimensions: { service, ...by },
      statistic,
    }),
    lambda: (name, metric, statistic = 'Sum') => ({
      namespace: 'AWS/Lambda',
      name: metric,
      dimensions: { FunctionName: ofFunction(aliases, name).functionName },
      statistic,
    }),
    table: (table, name, statistic = 'Sum') => ({
      namespace: 'AWS/DynamoDB',
      name,
      dimensions: { TableName: tables[table] },
      statistic,
    }),
    queue: (queue, name, statistic = 'Maximum') => ({
      namespace: 'AWS/SQS',
      name,
      dimensions: { QueueName: queues[queue] },
      statistic,
    }),
    api: (name, statistic = 'Sum') => ({
      namespace: 'AWS/ApiGateway',
      name,
      dimensions: { ApiId: api.apiId },
      statistic,
    }),
    logs: (of) => ({
      namespace: 'AWS/Logs',
      name: 'IncomingBytes',
      dimensions: {
        LogGroupName: of === 'api' ? api.accessLogName : `/aws/lambda/${ofFunction(aliases, of).functionName}`,
      },
      statistic: 'Sum',
    }),
  };
}

/** The ids that metric math knows metrics of functions by: it has no hyphens. */
export function ofEach(names: readonly FunctionName[], metric: (name: FunctionName) => Metric): Record<string, Metric> {
  return Object.fromEntries(names.map((name) => [name.replaceAll('-', '_'), metric(name)]));
}
