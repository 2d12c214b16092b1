import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js';
import type { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';

export interface AsynchronousProps {
  readonly alias: LambdaAlias;
  /** How often Lambda invokes again, after one minute and after two more: at most twice. */
  readonly retries: number;
  /** How long an event may wait until it is given up, 60 to 21,600. */
  readonly maxAgeSeconds: number;
  /** The queue that is told what was given up. The function's role has to be allowed to send there. */
  readonly deadLettersArn: string;
}

/**
 * What becomes of an event that nobody waits for, and that fails. Its address is `aws_lambda_function_event_invoke_config.<id>`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function handleAsynchronous(scope: Construct, id: string, props: AsynchronousProps): void {
  const config = new LambdaFunctionEventInvokeConfig(scope, `asynchronous-${id}`, {
    functionName: props.alias.functionName,
    qualifier: props.alias.name,
    maximumRetryAttempts: props.retries,
    maximumEventAgeInSeconds: props.maxAgeSeconds,
    destinationConfig: { onFailure: { destination: props.deadLettersArn } },
  });
  fixedId(config, id);
}
