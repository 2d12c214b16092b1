const MAX_CAUSES = 4;

interface ErrorDescription {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

/**
 * An error for the log: name, code, message, stack and causes. Nothing else of it: the errors of other people's
 * libraries carry requests and responses.
 */
export function describeError(error: unknown, causes = MAX_CAUSES): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) };
  const { name, message, stack, cause, code }: Error & { code?: unknown } = error;
  return {
    name,
    message,
    ...(code === undefined ? {} : { code: String(code) }),
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined || causes === 0 ? {} : { cause: describeError(cause, causes - 1) }),
  };
}
