/** A `validation` block of a Terraform variable. */
export interface Validation {
  readonly condition: string;
  readonly error_message: string;
}

/** What a value must be, given the reference to the variable: `var.x`. */
export type Rule = (reference: string) => Validation;

/** @param condition an expression of Terraform, in which `VALUE` is the variable */
export function rule(condition: string, message: string): Rule {
  return (reference) => ({
    condition: `\${${condition.replaceAll('VALUE', reference)}}`,
    error_message: `${reference.replace('var.', '')} must be ${message}.`,
  });
}

/** A text of this form. */
export function matches(pattern: RegExp, message: string): Rule {
  return rule(fits(pattern), message);
}

/** An expression that is true where a value is of this form. */
export function fits(pattern: RegExp, value = 'VALUE'): string {
  return `can(regex(${JSON.stringify(pattern.source)}, ${value}))`;
}

export function oneOf(...values: readonly (string | number)[]): Rule {
  return rule(`contains(${JSON.stringify(values)}, VALUE)`, `one of ${values.join(', ')}`);
}

/** A whole number. */
export function wholeFrom(least: number, most?: number): Rule {
  const bounds = most === undefined ? `VALUE >= ${least}` : `VALUE >= ${least} && VALUE <= ${most}`;
  const message = most === undefined ? `a whole number from ${least}` : `a whole number from ${least} to ${most}`;
  return rule(`floor(VALUE) == VALUE && ${bounds}`, message);
}
