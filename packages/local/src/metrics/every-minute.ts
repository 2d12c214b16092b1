import { MINUTE_MS } from './create-metric-store.ts';

/** Does something in each minute of the clock on the wall, at the same second, until it is stopped; a failure is told, and ends nothing. */
export function everyMinute(second: number, run: () => void, onError: (error: unknown) => void): { stop(): void } {
  let timer: NodeJS.Timeout;
  function wait(): void {
    const intoMinuteMs = (Date.now() - second * 1000) % MINUTE_MS;
    timer = setTimeout(() => {
      wait();
      try {
        run();
      } catch (error) {
        onError(error);
      }
    }, MINUTE_MS - intoMinuteMs).unref();
  }
  wait();
  return { stop: () => clearTimeout(timer) };
}
