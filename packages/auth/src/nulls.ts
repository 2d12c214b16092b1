/** The members of a JSON object that say something: providers write `null` for what is not there. */
export function withoutNulls<T>(members: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
