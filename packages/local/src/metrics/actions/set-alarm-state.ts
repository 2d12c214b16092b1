import * as v from 'valibot';
import { AwsError } from '../../base/aws-error.ts';
import { type MetricAction, nameSchema, parseMetricInput } from './metric-action.ts';

const inputSchema = v.strictObject({
  AlarmName: nameSchema,
  StateValue: v.picklist(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  StateReason: v.pipe(v.string(), v.maxLength(1023)),
  StateReasonData: v.optional(v.pipe(v.string(), v.maxLength(4000))),
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html */
export const setAlarmState: MetricAction = (input, { alarms }) => {
  const {
    AlarmName,
    StateValue: state,
    StateReason: reason,
    StateReasonData: reasonData,
  } = parseMetricInput(inputSchema, input);
  if (alarms.find(AlarmName) === undefined)
    throw new AwsError('ResourceNotFound', `there is no alarm ${AlarmName}`, 404);
  alarms.set(AlarmName, { state, reason, reasonData });
  return {};
};
