import type { Ending } from './ending.ts';
import type { RuntimeReports } from './runtime-api.ts';

/** What an environment waits for: its start, then one invocation after the other. */
export interface RuntimeSteps {
  /** To be called by the Runtime API. */
  readonly reports: RuntimeReports;
  /** How the start ended. */
  readonly started: Promise<Ending>;
  /** Milliseconds that the start took; undefined until the runtime has asked for work. */
  initMs(): number | undefined;
  /** How the invocation ends. Reports about any other are ignored: they come from one that has timed out. */
  expect(requestId: string): Promise<Ending>;
  /** Resolves when the runtime has asked for more work since the last invocation was expected, or has ended. */
  settled(): Promise<void>;
  /** The process has ended, and with it whatever was under way or is expected later. */
  exited(reason: string): void;
}

export function createRuntimeSteps(): RuntimeSteps {
  const startedMs = performance.now();
  const start = Promise.withResolvers<Ending>();
  let initMs: number | undefined;
  let current: { requestId: string; end: (ending: Ending) => void } | undefined;
  let exit: Ending | undefined;
  let asked = Promise.withResolvers<void>();

  const settle = (requestId: string, ending: Ending) => {
    if (current?.requestId === requestId) current.end(ending);
  };
  return {
    started: start.promise,
    initMs: () => initMs,
    reports: {
      onNext() {
        initMs ??= performance.now() - startedMs;
        start.resolve({ kind: 'ready' });
        asked.resolve();
      },
      onInitError: (payload) => start.resolve({ kind: 'init-error', payload }),
      onResponse: (requestId, payload) => settle(requestId, { kind: 'response', payload }),
      onError: (requestId, payload) => settle(requestId, { kind: 'error', payload }),
    },
    expect(requestId) {
      const { promise, resolve } = Promise.withResolvers<Ending>();
      current = { requestId, end: resolve };
      asked = Promise.withResolvers();
      if (exit === undefined) return promise;
      asked.resolve();
      resolve(exit);
      return promise;
    },
    settled: () => asked.promise,
    exited(reason) {
      exit = { kind: 'exited', reason };
      start.resolve(exit);
      current?.end(exit);
      asked.resolve();
    },
  };
}
