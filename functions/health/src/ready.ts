import { describeError, type Log, type NowMs, settleAll } from '@cloakroom/core';
import { HttpError, type Route } from '@cloakroom/http';
import { ask, type Check, type State } from './ask.ts';
import { keepAnswer } from './keep-answer.ts';

export interface ReadyDeps {
  /** By the name that clients are shown. */
  readonly checks: Readonly<Record<string, Check>>;
  /** How long each of them may take. */
  readonly timeoutMs: number;
  /** How long what they answered counts, good or bad: anybody may ask, and each of them is a call that costs. */
  readonly keepMs: number;
  readonly nowMs: NowMs;
  readonly log: Log;
}

/**
 * Asks every dependency at the same time: 200 when all of them work, else 503 with the names of those that do not, and in both
 * how each answered and after how many milliseconds. Within `keepMs` an execution environment answers from what it knows.
 */
export function ready(deps: ReadyDeps): Route {
  const findStates = keepAnswer({ ...deps, ask: () => askAll(deps) });
  return {
    access: 'public',
    async handle() {
      const dependencies = await findStates();
      const down = dependencies.flatMap((one) => (one.status === 'down' ? [`${one.name} (${one.problem})`] : []));
      if (down.length > 0) {
        throw new HttpError('DEPENDENCY_UNAVAILABLE', `down: ${down.join(', ')}`, { dependencies });
      }
      return { status: 200, data: { status: 'ready', dependencies } };
    },
  };
}

/** How each of them answered; why one is down is in the log. */
async function askAll({ checks, log, ...options }: ReadyDeps): Promise<readonly State[]> {
  const findings = await settleAll(Object.entries(checks).map(([name, check]) => ask(name, check, options)));
  return findings.map(({ state, error }) => {
    if (state.status === 'down') {
      const { name: dependency, problem, latencyMs } = state;
      const fields = { dependency, problem, latencyMs, error: describeError(error) };
      log.error('health.down', `${dependency} is down: ${problem}`, fields);
    }
    return state;
  });
}
