/** Something that was started. */
export interface Part {
  /** Resolves when it ended by itself, with what can be said about it; absent where it cannot. */
  readonly exited?: Promise<string>;
  stop(): Promise<void> | void;
}

/** The parts of the local stack, in the order in which their starts began. */
export interface Parts {
  /**
   * Starts one more, beside those that are starting. When that fails, all others are ended, and the failure is thrown on.
   *
   * @throws Error when all were stopped meanwhile; then this one is ended too
   */
  start<P extends Part>(begin: () => P | Promise<P>): Promise<P>;
  /** Resolves when the first part has ended though nobody asked it to, with what it said. */
  readonly crashed: Promise<string>;
  /** Hands faults on until all are being stopped: what one then says about another that has gone already is no fault. */
  untilStopped(onError: (error: unknown) => void): (error: unknown) => void;
  /**
   * Ends all, the last begun first, those that are still starting as soon as they have; a part that fails to end does not keep
   * the others. Safe to call again.
   */
  stop(): Promise<void>;
}

export function createParts(): Parts {
  const begun: Promise<Part>[] = [];
  const crash = Promise.withResolvers<string>();
  let stopping: Promise<void> | undefined;
  let isStopping = false;

  async function watch(exited: Promise<string>): Promise<void> {
    const what = await exited;
    if (!isStopping) crash.resolve(what);
  }

  async function stopAll(): Promise<void> {
    for (const starting of begun.toReversed()) await endQuietly(starting);
  }

  function stop(): Promise<void> {
    isStopping = true;
    stopping ??= stopAll();
    return stopping;
  }

  return {
    crashed: crash.promise,
    stop,
    untilStopped: (onError) => (error) => {
      if (!isStopping) onError(error);
    },
    async start(begin) {
      try {
        if (isStopping) throw new Error('stopped');
        const starting = Promise.resolve(begin());
        begun.push(starting);
        const part = await starting;
        if (isStopping) throw new Error('stopped');
        if (part.exited !== undefined) void watch(part.exited);
        return part;
      } catch (error) {
        await stop();
        throw error;
      }
    },
  };
}

async function endQuietly(starting: Promise<Part>): Promise<void> {
  try {
    const part = await starting;
    await part.stop();
  } catch {
    // It never started, or it does not end: the others must all the same. What is left of this one ends with the process.
  }
}
