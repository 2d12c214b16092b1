import type { Environment } from '../environments/environment.ts';
import type { Rule } from './validation.ts';
import { VARIABLES, type VariableSpec, variableName } from './variables.ts';

/** A field of an environment that the module takes as a variable. */
export interface ModuleVariable {
  /** Of the field. */
  readonly path: string;
  readonly name: string;
  readonly spec: VariableSpec;
  /** What the environment says. */
  readonly value: unknown;
  readonly rules: readonly Rule[];
  /** What stands for it in a stack that was synthesized with placeholders. */
  readonly placeholder: unknown;
}

/** The fields that an environment sets and {@link VARIABLES} has, but those that are fixed. */
export function variablesOf(
  environment: Environment,
  fixed: Readonly<Record<string, string>>,
): readonly ModuleVariable[] {
  return Object.entries(VARIABLES).flatMap(([path, spec]) => {
    const found = valueAt(environment, path.split('.'));
    if (found === undefined || path in fixed) return [];
    const name = variableName(path);
    const reference = `var.${name}`;
    const text = `\${${reference}}`;
    const placeholder = spec.placeholder?.(found, reference) ?? (spec.type === 'list(string)' ? [text] : text);
    const { rules = [] } = spec;
    const value = spec.fromField?.(found) ?? found;
    return [{ path, name, spec, value, rules: typeof rules === 'function' ? rules(found) : rules, placeholder }];
  });
}

/**
 * The environment with a placeholder for each variable. It is no valid one, and what calculates with a placeholder makes nonsense:
 * a test holds that a module with any values is the stack of an environment with them.
 */
export function withPlaceholders(environment: Environment, variables: readonly ModuleVariable[]): Environment {
  return variables.reduce<object>(
    (replaced, { path, placeholder }) => withValue(replaced, path.split('.'), placeholder),
    environment,
  ) as Environment;
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return key === undefined ? value : undefined;
  return valueAt((value as Readonly<Record<string, unknown>>)[key], rest);
}

/** A copy with another value at a path. */
export function withValue(value: object, [key = '', ...rest]: readonly string[], replacement: unknown): object {
  const inner = (value as Readonly<Record<string, unknown>>)[key];
  const replaced = rest.length === 0 ? replacement : withValue((inner ?? {}) as object, rest, replacement);
  return { ...value, [key]: replaced };
}

/** In what a person is told to type: a resource of a module has an address of its own. */
const TARGET = '-target=';

/**
 * A stack that was synthesized with placeholders, with the variables in their places.
 *
 * @throws Error for a list that does not stand alone
 */
export function withReferences<T>(document: T, variables: readonly ModuleVariable[]): T {
  const lists = variables.filter(({ spec }) => spec.type === 'list(string)').map(({ name }) => `\${var.${name}}`);
  const texts = variables.flatMap(({ name, spec, placeholder }) => {
    const reference = `\${var.${name}}`;
    const own = typeof placeholder === 'string' && placeholder !== reference ? [[placeholder, reference] as const] : [];
    return [...own, ...Object.entries(spec.derived?.(`var.${name}`) ?? {})];
  });
  return JSON.parse(JSON.stringify(document), (_, value: unknown) => {
    if (Array.isArray(value)) return value.length === 1 && lists.includes(String(value[0])) ? value[0] : value;
    if (typeof value !== 'string') return value;
    const whole = texts.reduce((replaced, [placeholder, text]) => replaced.replaceAll(placeholder, text), value);
    return lists.reduce(withListAsJson, whole).replaceAll(TARGET, `${TARGET}module.<its name>.`);
  }) as T;
}

/** In JSON text, such as a variable of a function: `["${var.x}"]`. */
function withListAsJson(text: string, reference: string): string {
  const replaced = text.replaceAll(JSON.stringify([reference]), `\${jsonencode(${reference.slice(2, -1)})}`);
  if (replaced !== reference && replaced.includes(reference)) throw new Error(`a list stands inside of text: ${text}`);
  return replaced;
}
