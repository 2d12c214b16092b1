const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The interval of `rate(5 minutes)` in milliseconds; undefined for anything else.
 * As EventBridge does, it wants the singular with 1 and the plural otherwise.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseRate(expression: string): number | undefined {
  const [, count, unit, plural] = /^rate\(([1-9]\d{0,4}) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const unitMs = UNITS_MS[unit ?? ''];
  if (unitMs === undefined || (count === '1') !== (plural === '')) return undefined;
  return Number(count) * unitMs;
}
