import * as v from 'valibot';

const environments = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1, 'must be at least 1: leave provisionedConcurrency out for none'),
);

/** As AWS spells a time of day, week or year: six fields, one of the days a question mark. */
const CRON = /^[\d*/,-]+ [\d*/,-]+ (\? [\dA-Z*/,-]+ [\dA-Z*/,#L-]+|[\d*/,LW-]+ [\dA-Z*/,-]+ \?) [\d*/,-]+$/;

const scheduled = v.strictObject({
  /** When: minutes, hours, day of the month, month, day of the week, year: `0 7 ? * MON-FRI *`. */
  cron: v.pipe(
    v.string(),
    v.regex(
      CRON,
      'must be six fields as in 0 7 ? * MON-FRI *: minutes, hours, day of the month, month, day of the week, year, with ? for one of the days',
    ),
  ),
  /** Where it is that time: `Europe/Berlin`. Default: UTC. */
  timezone: v.optional(v.pipe(v.string(), v.check(isTimeZone, 'must be a time zone, such as Europe/Berlin'))),
  /** From then on. */
  minimum: environments,
  maximum: v.optional(environments),
});

/**
 * Environments that are ready before anybody asks. `minimum` alone stays; up to `maximum` it follows how many are in use; `schedule`
 * sets others at its times.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
export const provisionedSchema = v.pipe(
  v.strictObject({
    minimum: environments,
    maximum: v.optional(environments),
    /** The share of them that is in use at most, before there are more. Default: 0.7. */
    utilization: v.optional(
      v.pipe(
        v.number(),
        v.minValue(0.1, 'must be 0.1 to 0.9, such as 0.7 for 70 %'),
        v.maxValue(0.9, 'must be 0.1 to 0.9, such as 0.7 for 70 %'),
      ),
    ),
    schedule: v.optional(v.pipe(v.array(scheduled), v.minLength(1, 'must have an entry: leave it out for none'))),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const message of scalingProblems(dataset.value)) addIssue({ message });
  }),
);

/** Environments that are ready before anybody asks. */
export type Provisioned = v.InferOutput<typeof provisionedSchema>;

function* scalingProblems({ minimum, maximum, utilization, schedule = [] }: Provisioned): Iterable<string> {
  if (utilization !== undefined && maximum === undefined) {
    yield 'utilization needs maximum: how far the number may grow';
  }
  if (maximum !== undefined && maximum <= minimum) {
    yield `maximum ${maximum} must be more than minimum ${minimum}, or left out where the number is to stay`;
  }
  for (const [index, entry] of schedule.entries()) {
    if ((entry.maximum === undefined) !== (maximum === undefined)) {
      yield `schedule.${index}: maximum must be said here and beside the first minimum, or at neither`;
    }
    if (entry.maximum !== undefined && entry.maximum < entry.minimum) {
      yield `schedule.${index}: maximum ${entry.maximum} must be at least minimum ${entry.minimum}`;
    }
  }
}

/** The most that there may ever be. */
export function mostProvisioned({ minimum, maximum, schedule = [] }: Provisioned): number {
  return Math.max(minimum, maximum ?? 0, ...schedule.flatMap((entry) => [entry.minimum, entry.maximum ?? 0]));
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
