import { within } from '../base/within.ts';
import type { LambdaService } from '../lambda/lambda-service.ts';
import type { GatewayTarget } from './configuration.ts';

/** How an invocation by the gateway went. */
export type Invocation =
  | { readonly kind: 'answered'; readonly payload: string }
  /** The function threw, could not start, or does not exist, or the gateway has no permission. */
  | { readonly kind: 'failed'; readonly errorMessage: string }
  /** The gateway waited as long as it does; the function may still be running. */
  | { readonly kind: 'timed-out' };

/** A synchronous invocation carries 6 MB at most. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

const TIMED_OUT: Invocation = { kind: 'timed-out' };

/** Invokes a function for the gateway, with an event as JSON text; never throws. */
export async function invoke(
  lambda: Pick<LambdaService, 'invoke'>,
  target: GatewayTarget,
  event: string,
): Promise<Invocation> {
  if (!target.allowed) {
    return {
      kind: 'failed',
      errorMessage: `no aws_lambda_permission lets this route or authorizer invoke ${target.functionArn}`,
    };
  }
  return within(run(lambda, target, event), target.timeoutMs, TIMED_OUT);
}

async function run(lambda: Pick<LambdaService, 'invoke'>, target: GatewayTarget, event: string): Promise<Invocation> {
  try {
    const { payload, functionError } = await lambda.invoke(target.functionArn, event);
    return functionError === undefined
      ? { kind: 'answered', payload }
      : { kind: 'failed', errorMessage: errorMessageOf(payload) };
  } catch (error) {
    return { kind: 'failed', errorMessage: error instanceof Error ? error.message : String(error) };
  }
}

function errorMessageOf(payload: string): string {
  try {
    const parsed: unknown = JSON.parse(payload);
    const message =
      typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed ? parsed.errorMessage : '';
    return typeof message === 'string' ? message : '';
  } catch {
    return '';
  }
}
