import * as v from 'valibot';
import { parseFunctionReference } from '../base/function-reference.ts';
import { arnMatches } from '../iam/patterns.ts';
import { harmless, parseArguments } from '../stack/parse-arguments.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';

/** Someone who is about to invoke a function. */
export interface InvokeAttempt {
  readonly functionName: string;
  /** The alias or version in the ARN that is invoked; absent for the bare function. */
  readonly qualifier?: string | undefined;
  /** A service, `apigateway.amazonaws.com`. */
  readonly principal: string;
  /** What of that service invokes. */
  readonly sourceArn: string;
}

const permissionSchema = v.strictObject({
  action: v.string(),
  function_name: v.string(),
  qualifier: v.nullish(v.string()),
  principal: v.string(),
  source_arn: v.nullish(v.string()),
  ...harmless('statement_id'),
});

/**
 * Whether an `aws_lambda_permission` of the stack lets a service invoke a function.
 * As on AWS, a permission counts only for the qualifier it was given for, and the bare function is a qualifier of its own.
 * https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 *
 * @throws StackError naming an argument that is not understood, in any permission
 */
export function isInvokeAllowed(stack: ResolvedStack, attempt: InvokeAttempt): boolean {
  // All are read, so that one that is not understood is noticed whether or not another one is enough.
  const permissions = stack.list('aws_lambda_permission').map((resource) => parseArguments(resource, permissionSchema));
  return permissions.some((permission) => {
    const target = parseFunctionReference(permission.function_name);
    return (
      isInvokeAction(permission.action) &&
      target?.functionName === attempt.functionName &&
      (permission.qualifier ?? target.qualifier) === attempt.qualifier &&
      permission.principal === attempt.principal &&
      (permission.source_arn == null || arnMatches(permission.source_arn, attempt.sourceArn))
    );
  });
}

function isInvokeAction(action: string): boolean {
  return action === 'lambda:InvokeFunction' || action === 'lambda:*';
}
