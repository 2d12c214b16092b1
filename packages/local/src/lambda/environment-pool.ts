import type { EnvironmentRequest, ExecutionEnvironment, Outcome } from './execution-environment.ts';

/** The environments of one function: started when needed, one invocation at a time in each. */
export interface EnvironmentPool {
  /** Runs in a free environment, in a new one while there are fewer than the most, or after those who came before. */
  run(request: EnvironmentRequest): Promise<Outcome>;
  /** Ends all environments; invocations that still wait are rejected. */
  stop(): Promise<void>;
}

/** @param start makes an environment; when it rejects, so does the invocation it was made for */
export function createEnvironmentPool(
  start: () => Promise<ExecutionEnvironment>,
  maxEnvironments: number,
): EnvironmentPool {
  const all = new Set<ExecutionEnvironment>();
  const idle: ExecutionEnvironment[] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  let taken = 0;
  let isStopped = false;

  /** Waits for one of the places; the place passes from one invocation to the next without being free in between. */
  async function takePlace(): Promise<void> {
    if (isStopped) throw new Error('the local AWS is stopping');
    if (taken < maxEnvironments) {
      taken += 1;
      return;
    }
    const turn = Promise.withResolvers<void>();
    waiting.push(turn);
    await turn.promise;
  }

  function leavePlace(): void {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next.resolve();
  }

  /** As on Lambda, an environment gets more work when its runtime asks for it, and not while it ends after an answer. */
  async function idleEnvironment(): Promise<ExecutionEnvironment | undefined> {
    for (let found = idle.pop(); found !== undefined; found = idle.pop()) {
      await found.settled();
      if (!found.isEnded()) return found;
      all.delete(found);
    }
    return undefined;
  }

  async function startOne(): Promise<ExecutionEnvironment> {
    const environment = await start();
    all.add(environment);
    if (isStopped) await environment.stop();
    return environment;
  }

  return {
    async run(request) {
      await takePlace();
      try {
        const environment = (await idleEnvironment()) ?? (await startOne());
        const outcome = await environment.run(request);
        if (environment.isEnded()) all.delete(environment);
        else idle.push(environment);
        return outcome;
      } finally {
        leavePlace();
      }
    },
    async stop() {
      isStopped = true;
      for (const turn of waiting.splice(0)) turn.reject(new Error('the local AWS is stopping'));
      await Promise.all([...all].map((environment) => environment.stop()));
    },
  };
}
