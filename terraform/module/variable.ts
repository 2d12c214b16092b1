import { findPlaceholders } from '../environments/find-placeholders.ts';
import type { Rule, Validation } from './validation.ts';

/** A variable, in Terraform's JSON syntax. One without a default has to be given. */
export interface Variable {
  readonly type: string;
  readonly description: string;
  readonly nullable: false;
  readonly default?: unknown;
  readonly validation?: readonly Validation[];
}

interface VariableProps {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly value: unknown;
  readonly rules?: readonly Rule[] | undefined;
}

/** A variable whose default is this value, unless that is still an example of this repository: it is nobody's default. */
export function createVariable({ name, type, description, value, rules = [] }: VariableProps): Variable {
  const isExample = findPlaceholders({ value } as object).length > 0;
  return {
    type,
    description,
    nullable: false,
    ...(isExample ? {} : { default: value }),
    ...(rules.length === 0 ? {} : { validation: rules.map((rule) => rule(`var.${name}`)) }),
  };
}
