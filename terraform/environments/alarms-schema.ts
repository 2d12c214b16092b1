import * as v from 'valibot';

const address = v.pipe(
  v.string(),
  v.check(
    (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) || /^https:\/\/[^/\s?#@]+([/?][^\s#]*)?$/.test(text),
    'must be an e-mail address or an https: URL',
  ),
);
const runbooksUrl = v.pipe(
  v.string(),
  v.regex(/^https:\/\/[^\s?#]+[^\s?#/]$/, 'must be an https: URL, without a slash at the end'),
);
const atLeast = (least: number, type: string) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(least, `must be ${type} from ${least}`)));
/** Above so many, so that 0 is at the first. */
const many = atLeast(0, 'a number');
const seconds = atLeast(60, 'seconds');
const percent = v.optional(
  v.pipe(v.number(), v.minValue(1, 'must be percent, 1 to 99'), v.maxValue(99, 'must be percent, 1 to 99')),
);

/** Who is told what goes wrong. Absent: there are no alarms, no dashboard and no topic. */
export const alarmsSchema = v.strictObject({
  /** E-mail addresses, which have to confirm, and https: URLs. */
  notify: v.array(address),
  /** Where `docs/runbooks` is published, for the link in what is sent. */
  runbooksUrl: v.optional(runbooksUrl),
  /** Instead of those in `stacks/alarms`, by the id of the alarm. */
  thresholds: v.optional(
    v.strictObject({
      apiErrors: many,
      authorizerErrors: many,
      authorizerLatency: atLeast(1, 'milliseconds'),
      backchannelFailures: many,
      credentialRefreshes: many,
      deadLetters: many,
      deniedRate: percent,
      functionThrottles: many,
      keySetAge: seconds,
      queueAge: seconds,
      refreshFailures: percent,
      refusedTokens: many,
      reuseDetected: many,
      revocations: many,
      signInCompletion: percent,
      signInSuccess: percent,
      streamAge: seconds,
      tableThrottles: many,
    }),
  ),
});

/** The thresholds that an environment may set. */
export type Thresholds = NonNullable<v.InferOutput<typeof alarmsSchema>['thresholds']>;
