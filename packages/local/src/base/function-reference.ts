/** A function's name and, where one was given, its alias or version. */
export interface FunctionReference {
  readonly functionName: string;
  readonly qualifier?: string;
}

// Lambda's own pattern for FunctionName, https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
const REFERENCE =
  /^(?:arn:aws[\w-]*:lambda:[\w-]+:)?(?:\d{12}:)?(?:function:)?([A-Za-z0-9-_]{1,140})(?::(\$LATEST|[A-Za-z0-9-_]+))?$/;

/** Reads `name`, `name:alias`, a partial or a full ARN, as Lambda's `FunctionName` allows; undefined for anything else. */
export function parseFunctionReference(text: string): FunctionReference | undefined {
  const match = REFERENCE.exec(text);
  const functionName = match?.[1];
  if (functionName === undefined) return undefined;
  const qualifier = match?.[2];
  return qualifier === undefined ? { functionName } : { functionName, qualifier };
}
