import { type AwsCall, AwsError } from '@cloakroom/local';

/** Refuses the credentials of functions as AWS does; those of a developer are always good. */
export interface RefusedCredentials {
  /** For the local AWS. */
  admit(call: AwsCall): void;
  /** Refuses the first calls of each role from now on. */
  refuseFirst(count: number): void;
  /** Refuses for ever whoever has called until now, as after a role was deleted and made again: who starts later is let in. */
  refuseEnvironments(): void;
  /** How many calls of a function have been refused. */
  refusals(functionName: string): number;
}

export function refusedCredentials(): RefusedCredentials {
  const known = new Set<string>();
  const dead = new Set<string>();
  const refusals = new Map<string, number>();
  let firstCalls = new Map<string, number>();
  let first = 0;

  function isRefused(accessKeyId: string, roleArn: string): boolean {
    const calls = (firstCalls.get(roleArn) ?? 0) + 1;
    firstCalls.set(roleArn, calls);
    return calls <= first || dead.has(accessKeyId);
  }

  return {
    admit({ service, caller: { accessKeyId, roleArn } }) {
      if (roleArn === undefined) return;
      known.add(accessKeyId);
      if (!isRefused(accessKeyId, roleArn)) return;
      const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
      refusals.set(name, (refusals.get(name) ?? 0) + 1);
      // DynamoDB has a word of its own for it.
      const code = service === 'dynamodb' ? 'UnrecognizedClientException' : 'InvalidClientTokenId';
      throw new AwsError(code, 'The security token included in the request is invalid.', 403);
    },
    refuseFirst(count) {
      firstCalls = new Map();
      first = count;
    },
    refuseEnvironments() {
      for (const accessKeyId of known) dead.add(accessKeyId);
    },
    refusals: (functionName) => refusals.get(functionName) ?? 0,
  };
}
