import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { NowMs } from '@cloakroom/core';
import { MissingSecretError } from './errors.ts';
import type { AwsSession } from './session.ts';

/** Three attempts stay within API Gateway's 30 s for an integration; a read takes some 20 ms when the service is well. */
const TIMEOUT_MS = 3000;
/** Whoever can cause refusals is not to cause a call for each of them. */
const MIN_AGE_MS = 10_000;

/** Apart from the session, so that functions which read no secrets do not carry it. */
export function secretsFrom(aws: Pick<AwsSession, 'client'>): SecretsManagerClient {
  return aws.client({ service: 'Secrets Manager', Client: SecretsManagerClient, requestTimeoutMs: TIMEOUT_MS });
}

/** A value of Secrets Manager, which may be replaced at any time. Calls at the same time share one GetSecretValue. */
export interface Secret {
  /**
   * As it was last read in this environment, or as it is read now.
   *
   * @throws MissingSecretError when nobody has set it; the errors of AWS. It is asked for anew then.
   */
  get(): Promise<string>;
  /**
   * To be called when this value was refused: perhaps it has been replaced. Gives the present one, which is read again unless another
   * is known already, or it was read in the last ten seconds.
   *
   * @throws as `get`
   */
  replace(refused: string): Promise<string>;
}

export interface SecretOptions {
  readonly secrets: Pick<SecretsManagerClient, 'send'>;
  /** Name or ARN. */
  readonly secretId: string;
  readonly nowMs: NowMs;
}

/** Asks for nothing before it is read. */
export function createSecret({ secrets, secretId, nowMs }: SecretOptions): Secret {
  let known: { readonly value: string; readonly readAtMs: number } | undefined;
  let pending: Promise<string> | undefined;

  async function read(): Promise<string> {
    const readAtMs = nowMs();
    const value = await readSecret(secrets, secretId);
    known = { value, readAtMs };
    return value;
  }

  function readOnce(): Promise<string> {
    pending ??= read().finally(() => {
      pending = undefined;
    });
    return pending;
  }

  return {
    get: async () => known?.value ?? readOnce(),
    async replace(refused) {
      if (known === undefined) return readOnce();
      const isCurrent = known.value !== refused || nowMs() < known.readAtMs + MIN_AGE_MS;
      return isCurrent ? known.value : readOnce();
    },
  };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
async function readSecret(secrets: SecretOptions['secrets'], secretId: string): Promise<string> {
  try {
    const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: secretId }));
    if (SecretString !== '') return SecretString;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
    throw new MissingSecretError(secretId, { cause: error });
  }
  throw new MissingSecretError(secretId);
}
