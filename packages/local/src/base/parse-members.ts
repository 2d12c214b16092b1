import * as v from 'valibot';
import { AwsError } from './aws-error.ts';

/** The input of an operation as a schema has it. @throws AwsError with this code, naming the member */
export function parseMembers<S extends v.GenericSchema>(schema: S, input: unknown, code: string): v.InferOutput<S> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new AwsError(code, `${v.getDotPath(issue) ?? 'input'}: ${issue.message}`);
}
