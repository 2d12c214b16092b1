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
  admit(call: AwsCall): Promise<void>;
  /** The next call at this point is the last of its process. */
  arm(point: CutOffPoint): void;
  /** Whether they are still open. */
  isArmed(): boolean;
  /** The next such call comes through when it is let go, as that of a process which stood still. */
  hold(isAt: CutOffPoint['isAt']): { readonly reached: Promise<void>; readonly letGo: () => void };
}

/** @param aws the local AWS, as the processes know it */
export function createScissors(aws: () => string, name: string): Scissors {
  let point: CutOffPoint | undefined;
  let held: { isAt: CutOffPoint['isAt']; reached: () => void; isOver: Promise<void> } | undefined;
  return {
    async admit(call) {
      if (call.caller.roleArn?.endsWith(`/${name}`) !== true) return;
      if (held?.isAt(call)) {
        const { reached, isOver } = held;
        held = undefined;
        reached();
        await isOver;
      }
      if (!point?.isAt(call)) return;
      const { isDone } = point;
      point = undefined;
      for (const pid of processesOf({ aws: aws() }, name)) process.kill(pid, 'SIGKILL');
      if (!isDone) throw new AwsError('InternalServerError', 'the caller is dead', 500);
    },
    arm(next) {
      point = next;
    },
    isArmed: () => point !== undefined,
    hold(isAt) {
      const [start, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      held = { isAt, reached: start.resolve, isOver: end.promise };
      return { reached: start.promise, letGo: end.resolve };
    },
  };
}
