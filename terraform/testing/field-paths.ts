/** The paths of all values of an environment, `sessions.maxPerUser`. A list is a value, and so is what `WHOLE` names. */
export function fieldPaths(value: object, prefix = ''): readonly string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && !Array.isArray(inner) && !WHOLE.has(key)
      ? fieldPaths(inner, `${prefix}${key}.`)
      : [prefix + key],
  );
}

/** Where the state is; what is keyed by functions, routes or tags, or named by a team; and the thresholds, which docs/alarms.md tells beside their alarms. */
const WHOLE: ReadonlySet<string> = new Set(['functions', 'own', 'routes', 'state', 'tags', 'thresholds']);
