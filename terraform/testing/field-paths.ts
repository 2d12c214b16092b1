/** The paths of all values of an environment, `sessions.maxPerUser`. A list is a value, and so is where the state is. */
export function fieldPaths(value: object, prefix = ''): readonly string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && !Array.isArray(inner) && key !== 'state'
      ? fieldPaths(inner, `${prefix}${key}.`)
      : [prefix + key],
  );
}
