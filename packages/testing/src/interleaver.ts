import type { Interceptor } from './intercepted-dynamodb.ts';

/** How many further turns of the event loop the one at work gets before it counts as waiting. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Decides in which order things happen: whatever passes through `gate` waits for its turn, and the picks say whose turn it is.
 * One thing happens at a time, and whoever waited for it goes on to its next gate before the next turn: the same picks
 * give the same order.
 */
export class Interleaver {
  private readonly waiting: (() => Promise<void>)[] = [];
  private readonly picks: readonly number[];
  /** Ends the transaction that was carried out in this turn. */
  private held: (() => void) | undefined;

  constructor(picks: readonly number[]) {
    this.picks = picks;
  }

  /** A turn in which this is done. */
  gate<T>(action: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push(() => action().then(resolve, reject));
    });
  }

  /**
   * Every request to the table takes two turns: one in which it is carried out, and one in which its answer arrives. Until
   * then, a transaction is in the way of all others.
   */
  readonly intercept: Interceptor = async (_, goOn) => {
    const [answer] = await this.gate(() => Promise.allSettled([goOn()]));
    const end = this.held;
    this.held = undefined;
    await this.gate(async () => end?.());
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  };

  readonly holdTransaction = async (end: () => void): Promise<void> => {
    this.held = end;
  };

  /** Until nobody waits any more. When there are no picks left, the first come goes first. */
  async run(): Promise<void> {
    await settled();
    for (let turn = 0; this.waiting.length > 0; turn += 1) {
      const [next] = this.waiting.splice((this.picks[turn] ?? 0) % this.waiting.length, 1);
      await next?.();
      await settled();
    }
  }
}
