import { gunzipSync } from 'node:zlib';
import { AwsError } from '../../base/aws-error.ts';
import { describeAlarmHistory } from '../../metrics/actions/describe-alarm-history.ts';
import { describeAlarms } from '../../metrics/actions/describe-alarms.ts';
import { getMetricData } from '../../metrics/actions/get-metric-data.ts';
import { getMetricStatistics } from '../../metrics/actions/get-metric-statistics.ts';
import { listMetrics } from '../../metrics/actions/list-metrics.ts';
import type { MetricAction, MetricContext } from '../../metrics/actions/metric-action.ts';
import { putMetricData } from '../../metrics/actions/put-metric-data.ts';
import { setAlarmState } from '../../metrics/actions/set-alarm-state.ts';
import { LOCAL_ACCOUNT_ID } from '../../stack/local-values.ts';
import type { AwsAccess, AwsRequest, AwsService } from '../aws-service.ts';
import { inputOf, jsonAnswer, jsonError, operationOf } from '../json-protocol.ts';

const ACTIONS: ReadonlyMap<string, MetricAction> = new Map([
  ['DescribeAlarmHistory', describeAlarmHistory],
  ['DescribeAlarms', describeAlarms],
  ['GetMetricData', getMetricData],
  ['GetMetricStatistics', getMetricStatistics],
  ['ListMetrics', listMetrics],
  ['PutMetricData', putMetricData],
  ['SetAlarmState', setAlarmState],
]);
const OF_ALARMS: ReadonlySet<string> = new Set(['DescribeAlarmHistory', 'DescribeAlarms', 'SetAlarmState']);
/** What is compressed may be so long: PutMetricData's limit is 1 MB. */
const MAX_INPUT_BYTES = 2_000_000;

/** CloudWatch: its metrics, and the alarms of the stack, in the JSON protocol that today's AWS CLI and SDKs speak. */
export function cloudWatchService(context: MetricContext): AwsService {
  return {
    accesses(request) {
      const operation = spokenOperation(request);
      if (!ACTIONS.has(operation)) {
        throw new AwsError('UnknownOperationException', `cloudwatch ${operation} is not run here`);
      }
      const access = (resource: string): AwsAccess => ({ action: `cloudwatch:${operation}`, resource });
      const names = OF_ALARMS.has(operation) ? alarmNames(inputIn(request)) : [];
      const prefix = `arn:aws:cloudwatch:${request.region}:${LOCAL_ACCOUNT_ID}:alarm:`;
      return names.length === 0 ? [access('*')] : names.map((name) => access(prefix + name));
    },
    handle: async (request) => jsonAnswer(ACTIONS.get(operationOf(request))?.(inputIn(request), context)),
    formatError(error, requestId) {
      const answer = jsonError(error, requestId);
      const fault = error.status < 500 ? 'Sender' : 'Receiver';
      // Clients that know the older protocol's codes take theirs from here.
      return {
        ...answer,
        headers: { ...answer.headers, 'x-amzn-query-error': `${error.code.replace(/Exception$/, '')};${fault}` },
      };
    },
  };
}

function spokenOperation(request: AwsRequest): string {
  if (request.headers['x-amz-target'] === undefined) {
    throw new AwsError(
      'UnsupportedOperation',
      'CloudWatch is spoken to by its JSON protocol here, as the AWS CLI does since December 2025: take a newer one',
    );
  }
  return operationOf(request);
}

function alarmNames({ AlarmName, AlarmNames }: Readonly<Record<string, unknown>>): readonly string[] {
  const names: readonly unknown[] = Array.isArray(AlarmNames) ? AlarmNames : [AlarmName];
  return names.filter((name) => typeof name === 'string');
}

/** Clients compress what is long: https://docs.aws.amazon.com/sdkref/latest/guide/feature-compression.html */
function inputIn({ headers, body }: AwsRequest): Readonly<Record<string, unknown>> {
  if (headers['content-encoding'] !== 'gzip') return inputOf({ body });
  try {
    return inputOf({ body: gunzipSync(body, { maxOutputLength: MAX_INPUT_BYTES }) });
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw new AwsError('SerializationException', 'the body is no gzip, or too long');
  }
}
