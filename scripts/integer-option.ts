/** The number that an option was given, from 1 to `max`. @throws Error naming the option */
export function integerOption(option: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > max) throw new Error(`${option} must be a number from 1 to ${max}`);
  return value;
}
