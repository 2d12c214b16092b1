import type { Issuer, KeptKeySets } from '@cloakroom/auth';
import type { Log } from '@cloakroom/core';

/** With hundreds of issuers, nobody knows whose token comes first. */
const MAX_ISSUERS = 3;
/** Time for a connection, the table's copy, and the provider where that is needed. In all it is less than a second. */
const LIMIT_MS = 300;

interface WarmUpDeps {
  readonly keys: Pick<KeptKeySets, 'warmUp'>;
  readonly issuers: readonly Issuer[];
  readonly log: Log;
}

/**
 * Does at the cold start, which Lambda gives a whole core, what the first request would have to: resolves credentials, connects to
 * DynamoDB, and gets the key sets of the first issuers. One after the other, so that they share one connection. Never rejects, and
 * holds the start up for at most 300 ms an issuer: what takes longer goes on, and the first request joins it.
 */
export async function warmUp({ keys, issuers, log }: WarmUpDeps): Promise<void> {
  for (const issuer of issuers.slice(0, MAX_ISSUERS)) {
    if (await endsInTime(keys.warmUp(issuer))) continue;
    const fields = { issuer: issuer.alias, limitMs: LIMIT_MS };
    log.info('authorizer.warm_up_late', 'The cold start does not wait any longer for the keys of an issuer', fields);
  }
}

async function endsInTime(work: Promise<void>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(resolve, LIMIT_MS, false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
