import { ConfigurationError } from './errors.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads one variable: returns its value or throws an Error that says what was expected. */
export type EnvReader<T> = (text: string | undefined, all?: Variables) => T;
type EnvOf<S> = { readonly [K in keyof S]: S[K] extends EnvReader<infer T> ? T : never };

/**
 * Reads the named variables once, at cold start.
 *
 * @throws ConfigurationError naming every missing or malformed variable at once
 */
export function readEnv<S extends Record<string, EnvReader<unknown>>>(
  schema: S,
  // biome-ignore lint/style/noProcessEnv: the one place where the environment is read
  source: Variables = process.env,
): EnvOf<S> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(schema)) {
    try {
      values[name] = read(source[name], source);
    } catch (error) {
      problems.push(`${name} ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return values as EnvOf<S>;
}

/** Any text that is not empty. */
export const text: EnvReader<string> = (value) => {
  if (value === undefined || value === '') throw new Error('is missing');
  return value;
};

/** A decimal integer from 1 to 2^53 − 1. */
export const positiveInt: EnvReader<number> = (value) => {
  const digits = text(value);
  const number = Number(digits);
  if (!/^[1-9]\d*$/.test(digits) || !Number.isSafeInteger(number)) throw new Error('must be a positive integer');
  return number;
};

/** One of the given words. */
export function oneOf<const W extends readonly string[]>(...words: W): EnvReader<W[number]> {
  return (value) => {
    const word = text(value);
    if (!words.includes(word)) throw new Error(`must be one of ${words.join(', ')}`);
    return word;
  };
}

/** JSON that `parse` accepts; what `parse` throws becomes the problem's text. */
export function json<T>(parse: (value: unknown) => T): EnvReader<T> {
  return (value) => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text(value));
    } catch (error) {
      throw new Error(value === undefined || value === '' ? 'is missing' : 'is not JSON', { cause: error });
    }
    return parse(parsed);
  };
}

/** The value of `read`, or the default when the variable is absent. */
export function optional<T, D>(read: EnvReader<T>, fallback: D): EnvReader<T | D> {
  return (value) => (value === undefined ? fallback : read(value));
}

const SECONDS_PER_HOUR = 3600;

/** Seconds, given either by this variable in seconds or by the other one in hours: by exactly one of them. */
export function secondsOrHoursIn(hoursName: string): EnvReader<number> {
  return (seconds, all = {}) => {
    const hours = all[hoursName];
    if (seconds !== undefined && hours !== undefined) throw new Error(`and ${hoursName} must not both be there`);
    if (hours === undefined) return positiveInt(seconds);
    if (!/^[1-9]\d{0,5}$/.test(hours)) throw new Error(`comes from ${hoursName}, which must be a positive integer`);
    return Number(hours) * SECONDS_PER_HOUR;
  };
}
