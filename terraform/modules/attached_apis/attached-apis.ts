import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { Construct } from 'constructs';
import { permitInvoke } from '../lambda/invoke-permission.ts';
import { partitionOf } from '../partition-of.ts';

export interface AttachedApisProps {
  /** Of HTTP, REST and WebSocket APIs alike. */
  readonly apiIds: readonly string[];
  /** The authorizer. */
  readonly alias: LambdaAlias;
  /** Of the APIs: API Gateway invokes authorizers of its own account and region by their alias. */
  readonly region: string;
  readonly accountId: string;
}

/**
 * Lets API Gateway ask the authorizer on behalf of APIs that are not made here: `aws_lambda_permission.attached_<API id>` for
 * each. Every authorizer of such an API may, since its id is known only once it is there; no route and no integration may.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
 */
export class AttachedApis extends Construct {
  constructor(scope: Construct, id: string, { apiIds, alias, region, accountId }: AttachedApisProps) {
    super(scope, id);
    for (const apiId of new Set(apiIds)) {
      permitInvoke(this, `attached_${apiId}`, {
        alias,
        principal: 'apigateway.amazonaws.com',
        sourceArn: `arn:${partitionOf(region)}:execute-api:${region}:${accountId}:${apiId}/authorizers/*`,
      });
    }
  }
}
