import { type AwsCall, AwsError } from '@cloakroom/local';
import { processesOf } from './cut-off-invocation.ts';

/** A call to AWS at which a function is to end. */
export interface CutOffPoint {
  readonly isAt: (call: AwsCall) => boolean;
  /** Whether the call is still done: then its process ends before it learns so, else before it was done. */
  readonly isDone: boolean;
}

/** Ends the processes of a function in the midst of its work, as the kernel would when memory runs out. */
export interface Scissors {
  /** For the local AWS. */
  admit(call: AwsCall): void;
  /** The next call at this point is the last of its process. */
  arm(point: CutOffPoint): void;
  /** Whether they are still open. */
  isArmed(): boolean;
}

/** @param aws the local AWS, as the processes know it */
export function createScissors(aws: () => string, name: string): Scissors {
  let point: CutOffPoint | undefined;
  return {
    admit(call) {
      const isOfFunction = call.caller.roleArn?.endsWith(`/${name}`) === true;
      if (point === undefined || !isOfFunction || !point.isAt(call)) return;
      const { isDone } = point;
      point = undefined;
      for (const pid of processesOf({ aws: aws() }, name)) process.kill(pid, 'SIGKILL');
      if (!isDone) throw new AwsError('InternalServerError', 'the caller is dead', 500);
    },
    arm(next) {
      point = next;
    },
    isArmed: () => point !== undefined,
  };
}
