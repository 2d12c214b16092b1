import { AwsError } from '../../base/aws-error.ts';
import { describeLogGroups } from '../../logs/actions/describe-log-groups.ts';
import { describeLogStreams } from '../../logs/actions/describe-log-streams.ts';
import { filterLogEvents } from '../../logs/actions/filter-log-events.ts';
import { getLogEvents } from '../../logs/actions/get-log-events.ts';
import type { LogAction } from '../../logs/actions/log-action.ts';
import type { LogStore } from '../../logs/log-store.ts';
import { LOCAL_ACCOUNT_ID } from '../../stack/local-values.ts';
import type { AwsService } from '../aws-service.ts';
import { inputOf, jsonAnswer, jsonError, operationOf } from '../json-protocol.ts';

const ACTIONS: ReadonlyMap<string, LogAction> = new Map([
  ['DescribeLogGroups', describeLogGroups],
  ['DescribeLogStreams', describeLogStreams],
  ['FilterLogEvents', filterLogEvents],
  ['GetLogEvents', getLogEvents],
]);

/**
 * Reading CloudWatch Logs. Functions write by printing, as on AWS. Whoever reads of a group needs its ARN with `:*` behind it:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
 */
export function logsService(logs: Pick<LogStore, 'events' | 'groups'>): AwsService {
  return {
    formatError: jsonError,
    accesses(request) {
      const operation = operationOf(request);
      if (!ACTIONS.has(operation)) throw new AwsError('UnknownOperationException', `logs ${operation} is not run here`);
      const { logGroupName, logGroupIdentifier, logStreamName } = inputOf(request);
      const group = textOf(logGroupName ?? logGroupIdentifier).replace(/^arn:.*:log-group:|:\*$/g, '');
      const place = `log-group:${group}:log-stream:${textOf(logStreamName)}`;
      const resource = `arn:aws:logs:${request.region}:${LOCAL_ACCOUNT_ID}:${place}`;
      return [{ action: `logs:${operation}`, resource }];
    },
    async handle(request) {
      const act = ACTIONS.get(operationOf(request));
      return jsonAnswer(act?.(inputOf(request), { logs, region: request.region }));
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
