import type { Variant } from './variant.ts';

/** What feeds functions. moto answers the version that an alias points at, AWS would answer `:live`. */
export const expectedEventSourceMappings = ({ hasSettings }: Variant) => ({
  'queue events': {
    FunctionArn: 'function store-event:1',
    State: 'Enabled',
    BatchSize: 10,
    ScalingConfig: { MaximumConcurrency: hasSettings ? 7 : 50 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  },
  'stream of table sessions': {
    FunctionArn: 'function record-changes:1',
    State: 'Enabled',
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 100,
    ParallelizationFactor: 1,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 100,
    MaximumRecordAgeInSeconds: 21_600,
    FilterCriteria: {
      // What begins with a session or its end, what deletes a session, and what a web app has marked as ended: no touch.
      Filters: [
        '{"dynamodb":{"Keys":{"item":{"S":[{"prefix":"SESSION#"},{"prefix":"ENDED#"}]}},"OldImage":{"item":{"S":[{"exists":false}]}}}}',
        '{"dynamodb":{"Keys":{"item":{"S":[{"prefix":"SESSION#"}]}},"NewImage":{"item":{"S":[{"exists":false}]}}}}',
        '{"dynamodb":{"Keys":{"item":{"S":[{"prefix":"SESSION#"}]}},"NewImage":{"web_ended_as":{"S":[{"exists":true}]}}}}',
      ].map((Pattern) => ({ Pattern })),
    },
    DestinationConfig: { OnFailure: { Destination: 'queue changes-dlq' } },
  },
});

/** What invokes functions again and again. */
export function expectedSchedules({ hasVpc }: Variant) {
  return {
    'refresh-keys': {
      State: 'ENABLED',
      Description: "Keeps the table's copy of the issuers' key sets current",
      EventBusName: 'default',
      ScheduleExpression: hasVpc ? 'rate(1 minute)' : 'rate(10 minutes)',
      targets: [{ Arn: 'function refresh-keys:live' }],
    },
  };
}
