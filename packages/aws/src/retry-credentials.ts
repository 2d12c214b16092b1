import { fullJitterMs, type Telemetry } from '@cloakroom/core';
import type { AwsCredentialIdentity, HandlerExecutionContext, InitializeHandler } from '@smithy/types';
import type { CredentialSource } from './credentials.ts';
import type { Deadline } from './deadline.ts';
import { credentialErrorName } from './error-names.ts';
import { CredentialsUnchangedError } from './errors.ts';

const MAX_ATTEMPTS = 3;
const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 2000;

export interface RetryDependencies {
  readonly source: CredentialSource;
  readonly deadline: Deadline;
  readonly telemetry: Telemetry;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to 1, like Math.random. */
  readonly random: () => number;
}

/**
 * A middleware that has a request refused for its credentials signed again with new ones.
 * It belongs at the SDK's `initialize` step: outside of serialization, identity and signing, which all run anew
 * for each attempt, and outside of the SDK's own retries, which do not know that credentials can be replaced.
 *
 * @throws CredentialsUnchangedError when a refresh gave the refused credentials again
 */
export function retryCredentials(deps: RetryDependencies) {
  return <Input extends object, Output extends object>(
    next: InitializeHandler<Input, Output>,
    _context: HandlerExecutionContext,
  ): InitializeHandler<Input, Output> =>
    async (args) => {
      for (let attempt = 1; ; attempt += 1) {
        const used = await deps.source.get();
        try {
          return await next(args);
        } catch (error) {
          const name = credentialErrorName(error);
          if (name === undefined || attempt === MAX_ATTEMPTS) throw error;
          await prepareRetry(deps, { attempt, used, name, error });
        }
      }
    };
}

interface Refusal {
  readonly attempt: number;
  readonly used: AwsCredentialIdentity;
  /** AWS's word for it, wherever in the error it stood. */
  readonly name: string;
  readonly error: unknown;
}

/** Replaces the credentials and waits; throws when another attempt has no chance. */
async function prepareRetry(deps: RetryDependencies, { attempt, used, name, error }: Refusal): Promise<void> {
  const { random } = deps;
  const delayMs = Math.floor(fullJitterMs({ baseMs: FIRST_DELAY_MS, maxMs: MAX_DELAY_MS, attempt, random }));
  const assertTimeLeft = () => {
    if (deps.deadline.remainingMs() <= delayMs) throw error;
  };
  assertTimeLeft();
  deps.telemetry.log.warn(
    'aws.credentials.refresh',
    `Credential error (attempt ${attempt}/${MAX_ATTEMPTS}), retrying in ${(delayMs / 1000).toFixed(1)}s with credential refresh`,
    { attempt, maxAttempts: MAX_ATTEMPTS, delayMs, error: name },
  );
  if (!(await deps.source.replace(used))) throw new CredentialsUnchangedError({ cause: error });
  assertTimeLeft();
  await deps.sleep(delayMs);
}
