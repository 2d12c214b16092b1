/*
 * List prices of AWS in us-east-1, in US dollars, without free tiers, as they were noted on 21 November 2026. docs/cost.md tells them too, with
 * what it says about them; tests hold the two to each other.
 */

/** For a million, and for a GB of logs: what grows with use. */
export const PRICES = {
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  readUnits: 0.125,
  writeUnits: 0.625,
  /** https://aws.amazon.com/api-gateway/pricing/ */
  httpRequests: 1,
  /** https://aws.amazon.com/lambda/pricing/, arm64 */
  invocations: 0.2,
  gbSeconds: 13.3334,
  /** https://aws.amazon.com/cloudwatch/pricing/ */
  logGb: 0.5,
};

/** What is paid for being there, used or not. */
export const STANDING_PRICES = {
  /** A month of one metric that an alarm looks at, of a dashboard, and of a metric of ours that moved. https://aws.amazon.com/cloudwatch/pricing/ */
  alarmMetric: 0.1,
  dashboard: 3,
  customMetric: 0.3,
  /** A month of a key that was never rotated, and a million requests. https://aws.amazon.com/kms/pricing/ */
  key: 1,
  keyRequests: 3,
  /** A month of a secret. https://aws.amazon.com/secrets-manager/pricing/ */
  secret: 0.4,
  /** An hour of an interface endpoint in one zone. https://aws.amazon.com/privatelink/pricing/ */
  endpointZoneHour: 0.01,
  /** A million requests to a standard queue. https://aws.amazon.com/sqs/pricing/ */
  queueRequests: 0.4,
};
