import { globSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as esbuild from 'esbuild';
import { ENVIRONMENTS } from '../terraform/environments/index.ts';
import { withBackchannelLogout } from '../terraform/testing/backchannel-environment.ts';
import { withBrowser } from '../terraform/testing/browser-environment.ts';
import { resources, synthesized } from '../terraform/testing/synthesized.ts';
import { type NamedMetric, watchedMetrics } from '../terraform/testing/watched-metrics.ts';

const ROOT = resolve(import.meta.dirname, '..');
const document = synthesized(withBackchannelLogout(withBrowser(ENVIRONMENTS.prod)));
const named = watchedMetrics(document);
const isOurs = ({ namespace }: NamedMetric) => !namespace.startsWith('AWS/');

/** What one function writes, as its code says. */
interface Emitted {
  readonly code: string;
  /** By the name of the metric: the dimensions besides `service`, each of which makes a metric of its own, and the unit. */
  readonly metrics: ReadonlyMap<string, EmittedMetric>;
}

interface EmittedMetric {
  readonly by: readonly string[];
  readonly ofService: boolean;
  readonly unit: string;
}

/** Of our code what each function is made of: what its bundle has not, it cannot write. */
async function emittedByFunctions(): Promise<ReadonlyMap<string, Emitted>> {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: globSync('functions/*/src/index.ts', { cwd: ROOT }),
    outdir: 'unused',
    write: false,
    bundle: true,
    treeShaking: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    external: ['@aws-*', '@smithy/*', '@middy/*', 'valibot'],
  });
  return new Map(
    outputFiles.map(({ path, text }) => [basename(dirname(dirname(path))), { code: text, metrics: metricsIn(text) }]),
  );
}

function metricsIn(code: string): Emitted['metrics'] {
  const lines = [...code.matchAll(/metric: "([A-Z]\w+)"(?:, by: \[([^\]]*)\])?/g)].map(
    ([, name = '', by = '']) => [name, { by: by.match(/\w+/g) ?? [], ofService: true, unit: 'Count' }] as const,
  );
  const counts = [...code.matchAll(/\.count\("([A-Z]\w+)"(?:, \{ ?([^}]*?) ?\})?/g)].map(
    ([, name = '', pairs = '']) => {
      const by = [...pairs.matchAll(/(\w+)(?::|$|,)/g)].map(([, key = '']) => key);
      return [name, { by, ofService: by.length === 0, unit: 'Count' }] as const;
    },
  );
  const gauges = [...code.matchAll(/\.gauge\("([A-Z]\w+)", [^;]*, "(\w+)"\)/g)].map(
    ([, name = '', unit = '']) => [name, { by: [], ofService: true, unit }] as const,
  );
  return new Map<string, EmittedMetric>([...lines, ...counts, ...gauges]);
}

let emitted: ReadonlyMap<string, Emitted>;
beforeAll(async () => {
  emitted = await emittedByFunctions();
});

describe('our metrics that alarms and dashboard name', () => {
  it('are many, of most functions', () => {
    expect(named.filter(isOurs).length).toBeGreaterThan(40);
    expect(emitted.get('authorizer')?.metrics.get('AuthorizerDenied')).toEqual({
      by: ['route', 'reason'],
      ofService: true,
      unit: 'Count',
    });
  });

  it('are in the namespace that their functions are told', () => {
    const told = Object.values(resources(document, 'aws_lambda_function')).map(
      ({ environment }) => (environment as { variables: Record<string, string> }).variables,
    );
    const places = told.map(
      ({ POWERTOOLS_METRICS_NAMESPACE, POWERTOOLS_SERVICE_NAME }) =>
        `${POWERTOOLS_METRICS_NAMESPACE} ${POWERTOOLS_SERVICE_NAME}`,
    );
    const wrong = named
      .filter(isOurs)
      .filter(({ namespace, dimensions }) => !places.includes(`${namespace} ${dimensions.service}`));
    expect(wrong).toEqual([]);
  });

  it('are written by the code of their function, with these dimensions and values', () => {
    const problems = named.filter(isOurs).flatMap(({ where, name, dimensions: { service = '', ...others }, by }) => {
      const { code = '', metrics } = emitted.get(service) ?? {};
      const metric = metrics?.get(name);
      if (metric === undefined) return [`${where}: ${service} does not write ${name}`];
      const keys = [...Object.keys(others), ...(by === undefined ? [] : [by])];
      if (keys.length === 0 && !metric.ofService) return [`${where}: ${name} of ${service} is only by ${metric.by}`];
      if (keys.length > 1) return [`${where}: ${name} is by ${keys} at once`];
      if (keys.some((key) => !metric.by.includes(key))) return [`${where}: ${name} of ${service} is not by ${keys}`];
      const unknown = Object.values(others).filter((value) => !code.includes(`"${value}"`));
      return unknown.map((value) => `${where}: ${name} of ${service} never has the value ${value}`);
    });
    expect(problems).toEqual([]);
  });

  it('are added up where they are counts, and looked at by their highest where they are in a unit', () => {
    const problems = named.filter(isOurs).flatMap(({ where, name, dimensions, statistic }) => {
      const unit = emitted.get(dimensions.service ?? '')?.metrics.get(name)?.unit;
      return statistic === (unit === 'Count' ? 'Sum' : 'Maximum')
        ? []
        : [`${where}: ${statistic} of ${name} in ${unit}`];
    });
    expect(problems).toEqual([]);
    expect(emitted.get('refresh-keys')?.metrics.get('KeySetAge')?.unit).toBe('Seconds');
  });
});

/** Of AWS's own: which there are, by which dimensions, and in which of their statistics a figure is. */
const OF_AWS: Readonly<Record<string, { dimensions: readonly string[]; metrics: Readonly<Record<string, RegExp>> }>> = {
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
  'AWS/ApiGateway': {
    dimensions: ['ApiId'],
    metrics: { '4xx': /^Sum$/, '5xx': /^Sum$/, Count: /^(Sum|SampleCount)$/ },
  },
  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
  'AWS/Lambda': {
    dimensions: ['FunctionName'],
    metrics: {
      Duration: /^(p\d+|Maximum|Sum)$/,
      Errors: /^Sum$/,
      Invocations: /^Sum$/,
      IteratorAge: /^Maximum$/,
      Throttles: /^Sum$/,
    },
  },
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
  'AWS/DynamoDB': {
    dimensions: ['TableName'],
    metrics: {
      ConsumedReadCapacityUnits: /^Sum$/,
      ConsumedWriteCapacityUnits: /^Sum$/,
      ReadThrottleEvents: /^Sum$/,
      WriteThrottleEvents: /^Sum$/,
    },
  },
  'AWS/DynamoDB by Operation': { dimensions: ['TableName'], metrics: { SystemErrors: /^Sum$/ } },
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
  'AWS/SQS': {
    dimensions: ['QueueName'],
    metrics: { ApproximateAgeOfOldestMessage: /^Maximum$/, ApproximateNumberOfMessagesVisible: /^Maximum$/ },
  },
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
  'AWS/Logs': { dimensions: ['LogGroupName'], metrics: { IncomingBytes: /^Sum$/ } },
};

it("AWS's metrics that alarms and dashboard name are those that AWS has", () => {
  const theirs = named.filter((metric) => !isOurs(metric));
  expect(theirs.length).toBeGreaterThan(50);
  const problems = theirs.flatMap(({ where, namespace, name, dimensions, by, statistic }) => {
    const known = OF_AWS[by === undefined ? namespace : `${namespace} by ${by}`];
    const isRight = known?.metrics[name]?.test(statistic) && Object.keys(dimensions).join() === known.dimensions.join();
    return isRight ? [] : [`${where}: ${namespace} ${name} ${statistic} of ${Object.keys(dimensions)}, by ${by}`];
  });
  expect(problems).toEqual([]);
});

it('what an alarm or the dashboard names of AWS’s is a resource of the stack, or its log', () => {
  const values = named.filter((metric) => !isOurs(metric)).flatMap(({ dimensions }) => Object.values(dimensions));
  expect(
    values.filter((value) => !/^(\/aws\/lambda\/)?\$\{aws_\w+\.\w+\.(id|name|function_name)\}$/.test(value)),
  ).toEqual([]);
});
