import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as v from 'valibot';
import { ConfigurationError } from './errors.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What one variable must be, and what is made of it. The message of an issue goes on from the name: `TABLE is missing`. */
export type EnvSchema<T> = v.GenericSchema<string | undefined, T>;
/** A schema, or one that depends on the other variables. */
export type EnvVariable<T> = EnvSchema<T> | ((all: Variables) => EnvSchema<T>);
/** What `readEnv` makes of the variables of a fragment. */
export type EnvOf<F> = { readonly [K in keyof F]: F[K] extends EnvVariable<infer T> ? T : never };

/**
 * Reads the named variables once, at cold start. What they configure has a fragment of them beside it:
 * `readEnv({ ...awsEnv, ...sessionEnv })`.
 *
 * @throws ConfigurationError naming every missing or malformed variable at once
 */
export function readEnv<F extends Readonly<Record<string, EnvVariable<unknown>>>>(
  variables: F,
  // biome-ignore lint/style/noProcessEnv: the one place where the environment is read
  source: Variables = process.env,
): EnvOf<F> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(variables)) {
    const schema = typeof variable === 'function' ? variable(source) : variable;
    const result = v.safeParse(schema, source[name], { abortEarly: true });
    if (result.success) values[name] = result.output;
    else problems.push(`${name} ${result.issues[0].message}`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return values as EnvOf<F>;
}

/** Any text that is not empty. */
export const text = v.pipe(v.string('is missing'), v.nonEmpty('is missing'));

const NOT_POSITIVE = 'must be a positive integer';

/** A decimal integer from 1 to 2^53 − 1. */
export const positiveInt = v.pipe(
  text,
  v.regex(/^[1-9]\d*$/, NOT_POSITIVE),
  v.transform(Number),
  v.safeInteger(NOT_POSITIVE),
);

const NO_FRACTION = 'must be a number from 0 to 1';

/** A decimal number from 0 to 1. */
export const fraction = v.pipe(
  text,
  v.regex(/^\d*\.?\d+(?:e-\d+)?$/, NO_FRACTION),
  v.transform(Number),
  v.maxValue(1, NO_FRACTION),
);

/** One of the given words. */
export function oneOf<const W extends readonly string[]>(...words: W): EnvSchema<W[number]> {
  return v.pipe(text, v.picklist(words, `must be one of ${words.join(', ')}`));
}

/** JSON that `parse` accepts; what `parse` throws becomes the problem's text. */
export function json<T>(parse: (value: unknown) => T): EnvSchema<T> {
  return v.pipe(text, jsonText(parse));
}

/**
 * JSON that `parse` accepts: in a file that came with the function's code, which this variable names, or in the other variable
 * itself. By exactly one of them.
 */
export function jsonFileOr<T>(textName: string, parse: (value: unknown) => T): EnvVariable<T> {
  // Lambda says where the code is.
  return ({ LAMBDA_TASK_ROOT = '', [textName]: given }) => {
    const read = (name: string) => readFileSync(resolve(LAMBDA_TASK_ROOT, name), 'utf8');
    const file = v.pipe(text, attempt(read, 'names a file that cannot be read: '), jsonText(parse));
    if (given === undefined) return file;
    const comesFrom = `comes from ${textName}, which `;
    return v.pipe(
      v.undefined(`and ${textName} must not both be there`),
      v.transform(() => given),
      v.parseJson(undefined, `${comesFrom}is not JSON`),
      attempt(parse, `${comesFrom}is not valid: `),
    );
  };
}

function jsonText<T>(parse: (value: unknown) => T) {
  return v.pipe(v.string(), v.parseJson(undefined, 'is not JSON'), attempt(parse));
}

/** What `make` makes of a value; what it throws becomes the problem's text. */
function attempt<I, O>(make: (value: I) => O, before = '') {
  return v.rawTransform<I, O>(({ dataset, addIssue, NEVER }) => {
    try {
      return make(dataset.value);
    } catch (error) {
      addIssue({ message: before + (error instanceof Error ? error.message : String(error)) });
      return NEVER;
    }
  });
}

const SECONDS_PER_HOUR = 3600;

/** Seconds, given either by this variable in seconds or by the other one in hours: by exactly one of them. */
export function secondsOrHoursIn(hoursName: string): EnvVariable<number> {
  return ({ [hoursName]: hours }) => {
    if (hours === undefined) return positiveInt;
    return v.pipe(
      v.undefined(`and ${hoursName} must not both be there`),
      v.transform(() => hours),
      v.regex(/^[1-9]\d{0,5}$/, `comes from ${hoursName}, which must be a positive integer`),
      v.transform((digits) => Number(digits) * SECONDS_PER_HOUR),
    );
  };
}
