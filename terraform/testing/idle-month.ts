import { PRICES, STANDING_PRICES } from '../stacks/prices.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { resources } from './synthesized.ts';

/** One kind of thing that a stack is paid for while nobody comes. */
export interface Standing {
  readonly what: string;
  /** As docs/cost.md has it. */
  readonly price: string;
  readonly count: number;
  /** Of all of them, for a month. */
  readonly dollars: number;
}

const HOURS = 730;
const MINUTES = HOURS * 60;
const MILLION = 1_000_000;
const GB = 1_000_000_000;

/**
 * Of an empty queue: five pollers, each with a request that waits for 20 s.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const POLLS_PER_MINUTE = 15;
/** Assumed of `refresh-keys`, as docs/cost.md says: it fetches from another host. */
const REFRESH = { seconds: 0.3, logBytes: 1000, writes: 1 };
/** Of an interface without traffic, in ten minutes. */
const FLOW_LOG_BYTES = 130;

/** All that a stack costs in a month in which nobody comes, computed from what was synthesized. */
export function idleMonth(document: TerraformDocument): readonly Standing[] {
  const zones = interfaceZones(document);
  const runs = scheduledRuns(document);
  const queues = Object.values(resources(document, 'aws_lambda_event_source_mapping')).filter(({ event_source_arn }) =>
    String(event_source_arn).includes('aws_sqs_queue'),
  ).length;
  const hasFlowLogs = Object.keys(resources(document, 'aws_flow_log')).length > 0;
  // Besides those of endpoints, one of the functions in each zone.
  const interfaces = hasFlowLogs ? zones + Object.keys(resources(document, 'aws_subnet')).length : 0;
  const each = (what: string, price: string, count: number, dollarsOfOne: number): Standing => {
    return { what, price, count, dollars: count * dollarsOfOne };
  };
  const dollars = (amount: number) => `$${amount.toFixed(2)}`;
  const { alarmMetric, dashboard, customMetric, key, keyRequests, secret, endpointZoneHour, queueRequests } =
    STANDING_PRICES;
  const count = (type: string) => Object.keys(resources(document, type)).length;
  return [
    each('Interface endpoints, by zone', `${dollars(endpointZoneHour)} an hour`, zones, HOURS * endpointZoneHour),
    each('Metrics that alarms look at', dollars(alarmMetric), alarmMetrics(document), alarmMetric),
    each('KMS keys', dollars(key), count('aws_kms_key'), key),
    each(
      "Requests to the tables' key: DynamoDB keeps what it was told for five minutes",
      `${dollars(keyRequests)} a million`,
      Math.min(runs, MINUTES / 5),
      keyRequests / MILLION,
    ),
    each('Dashboards', dollars(dashboard), count('aws_cloudwatch_dashboard'), dashboard),
    each('Secrets', dollars(secret), count('aws_secretsmanager_secret'), secret),
    each(
      'Metrics of ours that move: `KeySetAge`',
      dollars(customMetric),
      count('aws_cloudwatch_event_rule'),
      customMetric,
    ),
    each(
      'Queues that Lambda polls, 15 times a minute while they are empty',
      `${dollars(queueRequests)} a million`,
      queues,
      (POLLS_PER_MINUTE * MINUTES * queueRequests) / MILLION,
    ),
    each(
      'Runs of `refresh-keys`: 0.3 s in 256 MB, and a write for an issuer',
      'as above',
      runs,
      (PRICES.invocations + REFRESH.seconds * 0.25 * PRICES.gbSeconds + REFRESH.writes * PRICES.writeUnits) / MILLION,
    ),
    each('Its log, 1 KB a run', 'as above', runs, (REFRESH.logBytes * PRICES.logGb) / GB),
    each(
      'Flow logs, a line in ten minutes for each interface',
      'as above',
      interfaces,
      ((MINUTES / 10) * FLOW_LOG_BYTES * PRICES.logGb) / GB,
    ),
  ];
}

/** How many metrics the alarms of a stack look at: AWS takes its price for each. */
function alarmMetrics(document: TerraformDocument): number {
  const alarms = Object.values(resources(document, 'aws_cloudwatch_metric_alarm'));
  return alarms.reduce((sum, alarm) => sum + metricsOfAlarm(alarm), 0);
}

/** @param alarm an `aws_cloudwatch_metric_alarm` */
export function metricsOfAlarm(alarm: Readonly<Record<string, unknown>>): number {
  const { metric_query: queries = [{ metric: 'the only one' }] } = alarm as {
    metric_query?: readonly { metric?: unknown }[];
  };
  return queries.filter(({ metric }) => metric !== undefined).length;
}

/** Each interface endpoint counts once for every subnet that it is in. */
function interfaceZones(document: TerraformDocument): number {
  const endpoints = Object.values(resources(document, 'aws_vpc_endpoint'));
  return endpoints.reduce((sum, { subnet_ids: subnets = [] }) => sum + (subnets as readonly unknown[]).length, 0);
}

function scheduledRuns(document: TerraformDocument): number {
  const rules = Object.values(resources(document, 'aws_cloudwatch_event_rule'));
  return rules.reduce((sum, { schedule_expression: expression }) => {
    const minutes = /^rate\((\d+) minutes?\)$/.exec(String(expression))?.[1];
    if (minutes === undefined) throw new Error(`nothing is known of the schedule ${expression}`);
    return sum + MINUTES / Number(minutes);
  }, 0);
}
