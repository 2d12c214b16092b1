/**
 * Names that Lambda keeps for itself: a function that sets one is refused by CreateFunction.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
const RESERVED: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_MAX_CONCURRENCY',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SECURITY_TOKEN',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

/** Of the map of all variables as JSON text: that is what Lambda measures, and what its error shows. */
const MAX_BYTES = 4096;

/**
 * What CreateFunction would refuse is refused here first.
 *
 * @throws Error naming the reserved variables, or the size of all when they are too large
 */
export function checkVariables(functionName: string, variables: Readonly<Record<string, string>>): void {
  const refused = Object.keys(variables).filter((name) => RESERVED.has(name));
  if (refused.length > 0) throw new Error(`${functionName} sets variables that Lambda reserves: ${refused.join(', ')}`);
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > MAX_BYTES) throw new Error(`${functionName} has ${bytes} B of variables; Lambda takes ${MAX_BYTES} B`);
}
