/** The members of a JSON object that say something: providers write `null` for what is not there, most of them never. */
export function withoutNulls<T>(members: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  if (Object.values<unknown>(members).every((value) => value !== null)) return members;
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
