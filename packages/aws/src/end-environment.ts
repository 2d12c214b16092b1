/** The Runtime API is on the same machine. */
const POST_TIMEOUT_MS = 1000;

/** An invocation of which the answer, or the error, is known. */
export interface FinishedInvocation {
  readonly context: { readonly awsRequestId: string };
  readonly response?: unknown;
  readonly error?: Error | null | undefined;
}

/** Hands over the answer of an invocation and ends the process. Rejects, and ends nothing, when the answer was not taken. */
export type EndEnvironment = (invocation: FinishedInvocation) => Promise<void>;

/**
 * Ends an execution environment of Lambda between two invocations, which a runtime has no call for. The answer is posted here,
 * and the process ends when it was taken, before the runtime client asks for the next invocation: until then Lambda does not
 * freeze the process, and gives it no other invocation. Later would be too late: what exits then takes the next caller with it.
 *
 * @param runtimeApi `host:port`, from AWS_LAMBDA_RUNTIME_API
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 * @see docs/decisions/0009-the-end-of-an-environment.md
 */
export function createEnvironmentEnd(runtimeApi: string, exit: (code: number) => void = process.exit): EndEnvironment {
  return async ({ context, response, error }) => {
    // With an answer the error has been dealt with: it became the answer.
    const isError = response === undefined && error;
    const url = `http://${runtimeApi}/2018-06-01/runtime/invocation/${context.awsRequestId}/${isError ? 'error' : 'response'}`;
    const body = isError ? { errorType: error.name, errorMessage: error.message } : (response ?? null);
    const { status } = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(POST_TIMEOUT_MS),
    });
    if (status !== 202) throw new Error(`the Runtime API answered the answer of the invocation with ${status}`);
    exit(1);
  };
}
