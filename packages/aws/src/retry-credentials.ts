import { fullJitterMs, type Telemetry } from '@cloakroom/core';
import type { AwsCredentialIdentity, HandlerExecutionContext, InitializeHandler } from '@smithy/types';
import type { CredentialHealth } from './credential-health.ts';
import type { CredentialSource } from './credentials.ts';
import type { Deadline } from './deadline.ts';
import { credentialErrorName } from './error-names.ts';
import { CredentialsRefusedError } from './errors.ts';

const MAX_ATTEMPTS = 3;
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 2000;

export interface RetryDependencies {
  readonly source: CredentialSource;
  /** Learns how each request ended. */
  readonly health: Pick<CredentialHealth, 'ended'>;
  readonly deadline: Deadline;
  readonly telemetry: Telemetry;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to 1, like Math.random. */
  readonly random: () => number;
}

/** Runs a request, and runs it anew when AWS refuses the credentials that it was signed with. */
export type WithCredentials = <T>(attempt: (credentials: AwsCredentialIdentity) => Promise<T>) => Promise<T>;

/**
 * Has a request refused for its credentials signed again, with new ones or, where a refresh gives the same
 * (as on Lambda, whose environments keep theirs), with those: AWS may not know a new role everywhere yet.
 *
 * @throws CredentialsRefusedError when all attempts were refused, or there was no time for another
 */
export function createCredentialRetry(deps: RetryDependencies): WithCredentials {
  return async (request) => {
    let unchanged = false;
    for (let attempt = 1; ; attempt += 1) {
      const used = await deps.source.get();
      const outcome = await outcomeOf(request(used));
      if (!('refusal' in outcome)) {
        deps.health.ended('otherwise');
        if ('error' in outcome) throw outcome.error;
        return outcome.answer;
      }
      const retry = await prepareRetry(deps, { attempt, used, name: outcome.refusal });
      if (retry === undefined) {
        deps.health.ended(unchanged ? 'refused' : 'otherwise');
        throw new CredentialsRefusedError({ attempts: attempt, unchanged, cause: outcome.error });
      }
      unchanged = retry.unchanged;
    }
  };
}

/**
 * The same as a middleware of the SDK's. It belongs at the step `initialize`: outside of serialization, identity and signing,
 * which all run anew for each attempt, and outside of the SDK's own retries, which do not know that credentials can be replaced.
 */
export function retryCredentials(deps: RetryDependencies) {
  const withCredentials = createCredentialRetry(deps);
  return <Input extends object, Output extends object>(
    next: InitializeHandler<Input, Output>,
    _context: HandlerExecutionContext,
  ): InitializeHandler<Input, Output> =>
    (args) =>
      withCredentials(() => next(args));
}

/** What came of one attempt; `refusal` is AWS's word for it, wherever in the error it stood. */
type Outcome<T> = { readonly answer: T } | { readonly error: unknown; readonly refusal?: string };

async function outcomeOf<T>(attempt: Promise<T>): Promise<Outcome<T>> {
  try {
    return { answer: await attempt };
  } catch (error) {
    const refusal = credentialErrorName(error);
    return refusal === undefined ? { error } : { error, refusal };
  }
}

interface Refusal {
  readonly attempt: number;
  readonly used: AwsCredentialIdentity;
  readonly name: string;
}

/** Replaces the credentials and waits; undefined when there is no attempt left, or no time for one. */
async function prepareRetry(
  { source, deadline, telemetry, sleep, random }: RetryDependencies,
  { attempt, used, name }: Refusal,
): Promise<{ readonly unchanged: boolean } | undefined> {
  const delayMs = Math.floor(fullJitterMs({ baseMs: FIRST_DELAY_MS, maxMs: MAX_DELAY_MS, attempt, random }));
  const isLate = () => deadline.remainingMs() <= delayMs;
  if (attempt === MAX_ATTEMPTS || isLate()) return undefined;
  telemetry.log.warn(
    'aws.credentials.refresh',
    `Credential error (attempt ${attempt}/${MAX_ATTEMPTS}), retrying in ${(delayMs / 1000).toFixed(1)}s with credential refresh`,
    { attempt, maxAttempts: MAX_ATTEMPTS, delayMs, error: name },
  );
  const unchanged = !(await source.replace(used));
  if (isLate()) return undefined;
  await sleep(delayMs);
  return { unchanged };
}
