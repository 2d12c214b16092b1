import { isObject } from '@cloakroom/core';

/**
 * An environment with the fields of a configuration in place of its own: inside of objects field by field, lists as a whole. `null`
 * takes a field away.
 */
export function withConfig(environment: object, config: object): object {
  const own = environment as Readonly<Record<string, unknown>>;
  const replaced = Object.entries(config).map(([field, value]) => {
    const before = own[field];
    return [field, isObject(value) && isObject(before) ? withConfig(before, value) : value] as const;
  });
  return Object.fromEntries(
    Object.entries({ ...own, ...Object.fromEntries(replaced) }).filter(([, value]) => value !== null),
  );
}
