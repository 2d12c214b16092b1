import type { Interceptor } from './store-fixture.ts';

/** A request and its answer are on their way as long each. */
const WAY_MS = 2;
/** How long a transaction is ongoing: what meets it meanwhile is refused. */
const TRANSACTION_MS = 10;

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * A clock of its own, that goes on when nothing else does: DynamoDB Local answers while it stands still. So things happen at
 * given times, a thousand a second if need be, however fast the machine is.
 */
export class VirtualTime {
  nowMs = 0;
  private readonly sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  private underWay = 0;
  private onChange = (): void => undefined;

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      this.sleepers.push({ atMs: this.nowMs + ms, wake });
    });
  }

  /** Each request is on its way for a time. */
  readonly intercept: Interceptor = async (_, goOn) => {
    await this.sleep(WAY_MS);
    this.underWay += 1;
    const [answer] = await Promise.allSettled([goOn().finally(() => this.land())]);
    await this.sleep(WAY_MS);
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  };

  /** DynamoDB Local has answered, and the transaction goes on. */
  readonly holdTransaction = async (end: () => void): Promise<void> => {
    this.land();
    await this.sleep(TRANSACTION_MS);
    this.underWay += 1;
    end();
  };

  /** Lets time pass until this is done. */
  async passUntilDone<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
      this.onChange();
    });
    done.catch(() => undefined); // it is returned below
    for (;;) {
      await settled();
      if (isDone) return done;
      if (this.underWay === 0) this.wakeNext();
      else await this.change();
    }
  }

  private land(): void {
    this.underWay -= 1;
    this.onChange();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.onChange = resolve;
    });
  }

  private wakeNext(): void {
    const earliest = Math.min(...this.sleepers.map(({ atMs }) => atMs));
    const index = this.sleepers.findIndex(({ atMs }) => atMs === earliest);
    const [next] = this.sleepers.splice(index, 1);
    if (next === undefined) throw new Error('everybody waits, and nobody for the clock');
    this.nowMs = earliest;
    next.wake();
  }
}
