import { resolve } from 'node:path';
import * as v from 'valibot';
import { requireLogGroup } from '../logs/stack-log-groups.ts';
import { blocksOf, harmless, parseArguments } from '../stack/parse-arguments.ts';
import type { ResolvedResource, ResolvedStack } from '../stack/resolved-stack.ts';

/** What the stack says about one function. */
export interface FunctionConfig {
  readonly functionName: string;
  readonly arn: string;
  readonly roleArn: string;
  /** `file.export` */
  readonly handler: string;
  /** `nodejs24.x` */
  readonly runtime: string;
  readonly region: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** The variables of the resource; Lambda's own are not among them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Absolute path of the package. */
  readonly zipFile: string;
  readonly logGroup: string;
  /** What `publish` made of it: `1`, or `$LATEST`. */
  readonly version: string;
  /** What the stack asks for: a process runs on the machine's own. */
  readonly architectures: readonly string[];
}

// Defaults are Lambda's own: 3 seconds, 128 MB and x86_64.
const attributesSchema = v.strictObject({
  architectures: v.optional(v.array(v.string()), ['x86_64']),
  arn: v.string(),
  environment: blocksOf(v.strictObject({ variables: v.optional(v.record(v.string(), v.string()), {}) })),
  filename: v.string(),
  function_name: v.string(),
  handler: v.pipe(v.string(), v.regex(/^[\w./-]+\.\w+$/)),
  memory_size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(128)), 128),
  package_type: v.optional(v.literal('Zip')),
  role: v.string(),
  runtime: v.pipe(v.string(), v.startsWith('nodejs')),
  timeout: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(900)), 3),
  version: v.string(),
  publish: v.optional(v.boolean()),
  // A process runs in the machine's own network, the package is read from its file, and one at a time is more than none reserved.
  ...harmless(
    'description',
    'reserved_concurrent_executions',
    'source_code_hash',
    'tags',
    'tracing_config',
    'vpc_config',
  ),
});

/** @throws StackError naming the argument that is not understood, or the log group that is missing */
export function functionConfig(resource: ResolvedResource, stack: ResolvedStack): FunctionConfig {
  const attributes = parseArguments(resource, attributesSchema);
  const { arn, filename, function_name: functionName, handler, memory_size: memoryMb, role, ...rest } = attributes;
  return {
    functionName,
    arn,
    roleArn: role,
    handler,
    runtime: rest.runtime,
    region: stack.region,
    memoryMb,
    timeoutMs: rest.timeout * 1000,
    variables: rest.environment[0]?.variables ?? {},
    zipFile: resolve(stack.folder, filename),
    logGroup: requireLogGroup(stack, `/aws/lambda/${functionName}`, `resource.${resource.address}`),
    version: rest.version,
    architectures: rest.architectures,
  };
}
