import { within } from '../base/within.ts';

/** How a step of an execution environment, its start or an invocation, came to its end. Payloads are JSON text. */
export type Ending =
  | { readonly kind: 'ready' }
  | { readonly kind: 'response' | 'error' | 'init-error'; readonly payload: string }
  | { readonly kind: 'exited'; readonly reason: string }
  | { readonly kind: 'timeout'; readonly limitMs: number };

/** The step's own ending, or a timeout if that comes first. */
export function withTimeout(step: Promise<Ending>, limitMs: number): Promise<Ending> {
  return within(step, limitMs, { kind: 'timeout', limitMs });
}

/** What Invoke returns for it, as Lambda words it. */
export function payloadOf(ending: Ending, requestId: string): string {
  switch (ending.kind) {
    case 'ready':
      return 'null';
    case 'exited':
      return errorPayload('Runtime.ExitError', `RequestId: ${requestId} Error: ${ending.reason}`);
    case 'timeout':
      return errorPayload('Sandbox.Timedout', timeoutMessage(requestId, ending.limitMs));
    default:
      return ending.payload;
  }
}

export function timeoutMessage(requestId: string, limitMs: number): string {
  return `${new Date().toISOString()} ${requestId} Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`;
}

/** True when the environment cannot be used again. */
export function isFatal({ kind }: Ending): boolean {
  return kind === 'exited' || kind === 'timeout' || kind === 'init-error';
}

function errorPayload(errorType: string, errorMessage: string): string {
  return JSON.stringify({ errorType, errorMessage });
}
