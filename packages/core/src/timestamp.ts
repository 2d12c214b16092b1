const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?(?:Z|([+-]\d\d):?(\d\d))$/;

/**
 * Epoch milliseconds of a timestamp as clients write it: date, time to the second at least, and `Z` or an offset (RFC 3339 §5.6,
 * whose offset may lack its colon, as ISO 8601 allows). Undefined for anything else, and for a day or a time that there is not:
 * `Date` turns 31 February into March, and 24:00 into the next day.
 */
export function parseTimestamp(text: string): number | undefined {
  const [, day, time, fraction = '', hours, minutes] = TIMESTAMP.exec(text) ?? [];
  const clock = `${day}T${time}`;
  const asUtc = new Date(`${clock}Z`);
  if (Number.isNaN(asUtc.getTime()) || asUtc.toISOString().slice(0, clock.length) !== clock) return undefined;
  const ms = Date.parse(clock + fraction + (hours === undefined ? 'Z' : `${hours}:${minutes}`));
  return Number.isNaN(ms) ? undefined : ms;
}
