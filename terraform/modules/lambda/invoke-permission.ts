import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import type { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { NEW_BEFORE_OLD } from '../protection.ts';

export interface InvokePermissionProps {
  readonly alias: LambdaAlias;
  /** The AWS service that invokes. */
  readonly principal: 'apigateway.amazonaws.com' | 'events.amazonaws.com';
  /** On behalf of what: without it, anybody's API or rule could invoke the function. */
  readonly sourceArn: string;
}

/**
 * Lets a service invoke the alias `live`, and nothing but that alias. Its address is `aws_lambda_permission.<id>`. Whatever
 * invokes has to depend on it, so that it is permitted to before it does, and until it no longer does.
 */
export function permitInvoke(scope: Construct, id: string, props: InvokePermissionProps): LambdaPermission {
  const permission = new LambdaPermission(scope, `permission-${id}`, {
    action: 'lambda:InvokeFunction',
    functionName: props.alias.functionName,
    qualifier: props.alias.name,
    principal: props.principal,
    sourceArn: props.sourceArn,
    // Without a statement id of ours the provider makes a new one each time, so the old and the new never collide.
    ...NEW_BEFORE_OLD,
  });
  return fixedId(permission, id);
}
