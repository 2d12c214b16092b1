import { type AwsCall, AwsError } from '@cloakroom/local';
import { killProcesses } from './cut-off-invocation.ts';

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

interface Held {
  readonly isAt: CutOffPoint['isAt'];
  readonly reached: () => void;
  readonly isOver: Promise<void>;
  /** The credentials of the process. */
  by?: string;
}

const refusal = () => new AwsError('InternalServerError', 'the caller is dead', 500);

/** @param aws the local AWS, as the processes know it */
export function createScissors(aws: () => string, name: string): Scissors {
  // What a process had sent again before it was killed may still be on its way.
  const dead = new Set<string>();
  let point: CutOffPoint | undefined;
  let held: Held | undefined;
  return {
    async admit(call) {
      const { roleArn, accessKeyId } = call.caller;
      if (roleArn?.endsWith(`/${name}`) !== true) return;
      if (dead.has(accessKeyId)) throw refusal();
      // What it sends again meanwhile is held, too.
      if (held?.isAt(call) && [undefined, accessKeyId].includes(held.by)) {
        held.by = accessKeyId;
        held.reached();
        await held.isOver;
      }
      if (!point?.isAt(call)) return;
      const { isDone } = point;
      point = undefined;
      dead.add(accessKeyId);
      killProcesses({ aws: aws() }, name);
      if (!isDone) throw refusal();
    },
    arm(next) {
      point = next;
    },
    isArmed: () => point !== undefined,
    hold(isAt) {
      const [start, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      held = { isAt, reached: start.resolve, isOver: end.promise };
      const letGo = () => {
        held = undefined;
        end.resolve();
      };
      return { reached: start.promise, letGo };
    },
  };
}
