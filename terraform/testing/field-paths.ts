/** What is a value as a whole, whatever is in it. */
const WHOLE = ['own', 'state'];

/** The paths of all values of an environment, `sessions.maxPerUser`. A list is a value, and so is what a team names itself. */
export function fieldPaths(value: object, prefix = ''): readonly string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && !Array.isArray(inner) && !WHOLE.includes(key)
      ? fieldPaths(inner, `${prefix}${key}.`)
      : [prefix + key],
  );
}
