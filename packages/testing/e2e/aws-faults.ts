import { type AwsCall, AwsError } from '@cloakroom/local';

/** What a function's calls to a service get instead of an answer, in AWS's words. */
interface AwsFault {
  /** Short, such as `authorizer`. */
  readonly functionName: string;
  readonly code: string;
  readonly status: number;
}

/** An AWS that fails for single functions. */
export interface AwsFaults {
  /** For the local AWS. */
  admit(call: AwsCall): Promise<void>;
  /** From now on. */
  fail(fault: AwsFault): void;
  /** Lets calls of a function to DynamoDB wait so long, from now on. */
  delay(functionName: string, ms: number): void;
  /** From now on all is well. */
  heal(): void;
}

export function awsFaults(): AwsFaults {
  const faults = new Map<string, () => void | Promise<void>>();
  return {
    async admit({ service, caller: { roleArn } }) {
      // A consumer takes and gives back by the role of its function: that goes on.
      if (service === 'dynamodb' && roleArn !== undefined) await faults.get(nameIn(roleArn))?.();
    },
    fail({ functionName, code, status }) {
      faults.set(functionName, () => {
        throw new AwsError(code, `${code}: the test wants it so`, status);
      });
    },
    delay(functionName, ms) {
      faults.set(functionName, () => new Promise((resolve) => setTimeout(resolve, ms)));
    },
    heal: () => faults.clear(),
  };
}

function nameIn(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1).replace('cloakroom-dev-', '');
}
