import * as v from 'valibot';
import { StackError } from '../base/errors.ts';

const objects = v.record(v.string(), v.record(v.string(), v.unknown()));
const region = v.object({ region: v.pipe(v.string(), v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be written out')) });

const documentSchema = v.strictObject({
  '//': v.optional(v.unknown()),
  terraform: v.optional(v.unknown()),
  provider: v.strictObject({ aws: v.union([v.pipe(v.array(region), v.length(1)), region]) }),
  resource: v.record(v.string(), objects),
  // What is taken over from an account; there is none here.
  import: v.optional(v.unknown()),
  output: v.optional(v.record(v.string(), v.object({ value: v.unknown() })), {}),
});

/** A cdk.tf.json: resources by type and name, their arguments unresolved. */
export interface SynthesizedDocument {
  readonly region: string;
  readonly resources: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Reads the parts of a synthesized stack. Variables, locals, data sources, modules and a second provider are refused.
 *
 * @throws StackError with the path of the first thing that does not fit
 */
export function parseDocument(value: unknown): SynthesizedDocument {
  const result = v.safeParse(documentSchema, value);
  if (!result.success) {
    const [issue] = result.issues;
    throw new StackError(v.getDotPath(issue) ?? 'cdk.tf.json', issue.message);
  }
  const { provider, resource, output } = result.output;
  const aws = Array.isArray(provider.aws) ? provider.aws[0] : provider.aws;
  if (aws === undefined) throw new StackError('provider.aws', 'is missing');
  const outputs = Object.fromEntries(Object.entries(output).map(([name, { value: text }]) => [name, text]));
  return { region: aws.region, resources: resource, outputs };
}
