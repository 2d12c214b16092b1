/*
 * The keys of a session are names in a DynamoDB map, which takes every text but the empty one; and a member of a JavaScript object,
 * for which `__proto__` is no ordinary name. These two get a NUL at their end, and so does every key that has one there already: no
 * two keys have the same name.
 */
const NUL = '\0';

export function nameOfKey(key: string): string {
  return key === '' || key === '__proto__' || key.endsWith(NUL) ? `${key}${NUL}` : key;
}

/** The inverse of {@link nameOfKey}. */
export function keyOfName(name: string): string {
  return name.endsWith(NUL) ? name.slice(0, -NUL.length) : name;
}
