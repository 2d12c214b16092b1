/** Something that was started. */
export interface Part {
  /** Resolves when it ended by itself, with what can be said about it; absent where it cannot. */
  readonly exited?: Promise<string>;
  stop(): Promise<void> | void;
}

/** The parts of the local stack, in the order in which they were started. */
export interface Parts {
  /**
   * Starts one more. When that fails, those started before are ended, and the failure is thrown on.
   *
   * @throws Error when all were stopped meanwhile; then this one is ended too
   */
  start<P extends Part>(begin: () => P | Promise<P>): Promise<P>;
  /** Resolves when the first part has ended though nobody asked it to, with what it said. */
  readonly crashed: Promise<string>;
  /** Hands faults on until all are being stopped: what one then says about another that has gone already is no fault. */
  untilStopped(onError: (error: unknown) => void): (error: unknown) => void;
  /** Ends all, the last started first; a part that fails to end does not keep the others. Safe to call again. */
  stop(): Promise<void>;
}

export function createParts(): Parts {
  const started: Part[] = [];
  const crash = Promise.withResolvers<string>();
  let stopping: Promise<void> | undefined;
  let isStopping = false;

  async function watch(exited: Promise<string>): Promise<void> {
    const what = await exited;
    if (!isStopping) crash.resolve(what);
  }

  async function stopAll(): Promise<void> {
    for (const part of started.toReversed()) await endQuietly(part);
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
        const part = await begin();
        if (isStopping) {
          await part.stop();
          throw new Error('stopped');
        }
        started.push(part);
        if (part.exited !== undefined) void watch(part.exited);
        return part;
      } catch (error) {
        await stop();
        throw error;
      }
    },
  };
}

async function endQuietly(part: Part): Promise<void> {
  try {
    await part.stop();
  } catch {
    // The others must end all the same; what is left of this one ends with the process.
  }
}
