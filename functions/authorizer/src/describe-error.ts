import { CloakroomError } from '@cloakroom/core';

/** An error as fields of a log line. Messages of ours and of the AWS SDK never quote a credential. */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { errorName: typeof error };
  const { name, message } = error;
  const code = error instanceof CloakroomError ? { errorCode: error.code } : {};
  return { errorName: name, errorMessage: message, ...code };
}
