/** What scales provisioned concurrency, where functions have settings of their own. */
export const EXPECTED_SCALING = {
  'authorizer:live': {
    MinCapacity: 2,
    MaxCapacity: 20,
    policies: {
      authorizer: {
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 0.6,
          DisableScaleIn: false,
          // At once, as is usual for functions.
          ScaleInCooldown: 0,
          ScaleOutCooldown: 0,
          PredefinedMetricSpecification: { PredefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
        },
      },
    },
    scheduled: {
      'authorizer-0': at('0 7 ? * MON-FRI *', 'Europe/Berlin', 10, 20),
      'authorizer-1': at('0 19 ? * MON-FRI *', 'Europe/Berlin', 2, 10),
    },
  },
  'sessions-api:live': {
    MinCapacity: 1,
    MaxCapacity: 1,
    policies: {},
    scheduled: { 'sessions-api-0': at('0 7 ? * * *', 'UTC', 3, 3) },
  },
};

function at(cron: string, Timezone: string, MinCapacity: number, MaxCapacity: number) {
  return { Schedule: `cron(${cron})`, Timezone, ScalableTargetAction: { MinCapacity, MaxCapacity } };
}
