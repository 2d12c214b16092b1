import { StackError } from '../base/errors.ts';

const FUNCTION_ARN = /^arn:aws:lambda:[\w-]+:\d{12}:function:[\w-]+(?::[\w$-]+)?$/;
const INVOCATION_ARN = /^arn:aws:apigateway:([\w-]+):lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/;

/**
 * The ARN of the function that an integration names by that ARN or by its invocation ARN: AWS takes both.
 *
 * @throws StackError when it is neither
 */
export function integratedFunction(uri: string, address: string): string {
  const arn = INVOCATION_ARN.exec(uri)?.[2] ?? uri;
  if (FUNCTION_ARN.test(arn)) return arn;
  throw new StackError(`${address}.integration_uri`, `is not the ARN of a Lambda function: ${uri}`);
}

/**
 * The ARN of the function that an authorizer names by its invocation ARN, in the API's region: AWS takes nothing else there.
 *
 * @throws StackError with the form that it must have
 */
export function authorizingFunction(uri: string, { address, region }: { address: string; region: string }): string {
  const [, inRegion, arn = ''] = INVOCATION_ARN.exec(uri) ?? [];
  if (inRegion === region && FUNCTION_ARN.test(arn)) return arn;
  const form = `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/<function ARN>/invocations`;
  throw new StackError(`${address}.authorizer_uri`, `must be an invocation ARN (${form}), not ${uri}`);
}
