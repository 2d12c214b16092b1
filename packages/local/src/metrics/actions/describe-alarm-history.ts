import * as v from 'valibot';
import type { AlarmChange } from '../alarms/create-alarms.ts';
import { epochMsSchema, type MetricAction, nameSchema, pageOf, parseMetricInput } from './metric-action.ts';

const MAX_RECORDS = 100;
const inputSchema = v.strictObject({
  AlarmName: v.optional(nameSchema),
  AlarmTypes: v.optional(v.array(v.string()), ['MetricAlarm']),
  HistoryItemType: v.optional(v.string(), 'StateUpdate'),
  StartDate: v.optional(epochMsSchema, Number.NEGATIVE_INFINITY),
  EndDate: v.optional(epochMsSchema, Number.POSITIVE_INFINITY),
  MaxRecords: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_RECORDS)), MAX_RECORDS),
  NextToken: v.optional(v.string()),
  ScanBy: v.optional(v.picklist(['TimestampAscending', 'TimestampDescending']), 'TimestampDescending'),
});

/** Changes of states, the only history there is here. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html */
export const describeAlarmHistory: MetricAction = (input, { alarms }) => {
  const wanted = parseMetricInput(inputSchema, input);
  const found = alarms
    .history()
    .filter(
      ({ to }) =>
        wanted.HistoryItemType === 'StateUpdate' &&
        wanted.AlarmTypes.includes('MetricAlarm') &&
        (wanted.AlarmName === undefined || to.definition.name === wanted.AlarmName) &&
        to.sinceMs >= wanted.StartDate &&
        to.sinceMs <= wanted.EndDate,
    );
  const ordered = wanted.ScanBy === 'TimestampDescending' ? found.toReversed() : found;
  const { page, next } = pageOf(ordered, wanted.MaxRecords, wanted.NextToken);
  return { AlarmHistoryItems: page.map(itemOf), ...next };
};

function itemOf({ from, to }: AlarmChange): object {
  const { definition, state, reason, reasonData, sinceMs } = to;
  const newState = {
    stateValue: state,
    stateReason: reason,
    ...(reasonData === undefined ? {} : { stateReasonData: parsed(reasonData) }),
  };
  const oldState = { stateValue: from.state, stateReason: from.reason };
  return {
    AlarmName: definition.name,
    AlarmType: 'MetricAlarm',
    Timestamp: sinceMs / 1000,
    HistoryItemType: 'StateUpdate',
    HistorySummary: `Alarm updated from ${from.state} to ${state}`,
    HistoryData: JSON.stringify({ version: '1.0', oldState, newState }),
  };
}

/** Whoever sets a state may say why in any words. */
function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}
