import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import type { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';

export interface InvokePermissionProps {
  readonly alias: LambdaAlias;
  /** The AWS service that invokes. */
  readonly principal: 'apigateway.amazonaws.com' | 'events.amazonaws.com';
  /** On behalf of what: without it, anybody's API or rule could invoke the function. */
  readonly sourceArn: string;
}

/** Lets a service invoke the alias `live`, and nothing but that alias. Its address is `aws_lambda_permission.<id>`. */
export function permitInvoke(scope: Construct, id: string, props: InvokePermissionProps): void {
  const permission = new LambdaPermission(scope, `permission-${id}`, {
    action: 'lambda:InvokeFunction',
    functionName: props.alias.functionName,
    qualifier: props.alias.name,
    principal: props.principal,
    sourceArn: props.sourceArn,
  });
  fixedId(permission, id);
}
