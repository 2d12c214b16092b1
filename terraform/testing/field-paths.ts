/** What is one value though it has parts: where the state is, and what is keyed by something of the user's. */
const WHOLE = ['state', 'throttle.routes'];

/** The paths of all values of an environment, `sessions.maxPerUser`. A list is a value. */
export function fieldPaths(value: object, prefix = ''): readonly string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && !Array.isArray(inner) && !WHOLE.includes(prefix + key)
      ? fieldPaths(inner, `${prefix}${key}.`)
      : [prefix + key],
  );
}
