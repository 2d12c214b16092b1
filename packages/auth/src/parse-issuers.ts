import * as v from 'valibot';
import { type Issuer, issuerSchema } from './issuer.ts';
import { issuerProblems } from './issuer-problems.ts';

const issuersSchema = v.pipe(
  v.array(issuerSchema),
  v.minLength(1, 'needs at least one issuer'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.typed) for (const message of issuerProblems(dataset.value)) addIssue({ message });
  }),
);

/** @throws Error that names every problem with its path */
export function parseIssuers(value: unknown): readonly Issuer[] {
  const result = v.safeParse(issuersSchema, value);
  if (result.success) return result.output;
  throw new Error(result.issues.map((issue) => `${v.getDotPath(issue) ?? 'value'}: ${issue.message}`).join('; '));
}
