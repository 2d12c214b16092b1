/** What became of one step. */
export interface StepResult {
  readonly step: string;
  readonly outcome: 'passed' | 'failed' | 'left out';
  readonly ms: number;
  /** What was found where it passed, or why it was left out. */
  readonly detail?: string;
  /** What happened instead, with the value that is wrong. */
  readonly problem?: string;
  /** What a person does about it. */
  readonly next?: string;
}

/** One question to the running system. */
export interface Step {
  readonly name: string;
  /** What to do when it fails and the failure itself does not know better. */
  readonly next: string;
  /** The steps after it have nothing to go on where it is left out. */
  readonly isNeeded?: true;
  /**
   * Returns what was found, if that is worth a word.
   *
   * @throws StepFailure for an answer that is wrong; any other error counts as one
   * @throws StepLeftOut where there is nothing to ask
   */
  run(): Promise<string | undefined>;
}

/** An answer that is wrong. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  readonly next: string | undefined;

  constructor(problem: string, next?: string) {
    super(problem);
    this.next = next;
  }
}

/** The system does not offer what the step is about. */
export class StepLeftOut extends Error {
  override readonly name = 'StepLeftOut';
}

/** Why nobody is let in whom the API does not know: an operator has wanted that. */
export const SIGN_IN_CLOSED = "sign-in is closed here: `sessions.bootstrap` of the environment is 'off'";

export interface StepRunner {
  /** Runs steps that build on each other: after one that fails, or that the others need, the rest is not tried. Returns what became of the last that ran. */
  run(steps: readonly Step[]): Promise<StepResult['outcome']>;
  leaveOut(names: readonly string[], why: string): void;
  readonly results: readonly StepResult[];
}

interface RunnerOptions {
  /** Gets each result as soon as it is there. */
  readonly report: (result: StepResult) => void;
  /** Told every five seconds of a step that still runs. */
  readonly waiting: (step: string, seconds: number) => void;
}

const WAITING_EVERY_MS = 5000;

export function createStepRunner({ report, waiting }: RunnerOptions): StepRunner {
  const results: StepResult[] = [];
  function keep(result: StepResult): StepResult['outcome'] {
    results.push(result);
    report(result);
    return result.outcome;
  }
  function leaveOut(names: readonly string[], why: string): void {
    for (const step of names) keep({ step, outcome: 'left out', ms: 0, detail: why });
  }
  return {
    results,
    leaveOut,
    async run(steps) {
      let outcome: StepResult['outcome'] = 'passed';
      for (const [index, step] of steps.entries()) {
        outcome = keep(await resultOf(step, waiting));
        const isWithout = outcome === 'left out' && step.isNeeded === true;
        if (outcome !== 'failed' && !isWithout) continue;
        const rest = steps.slice(index + 1).map(({ name }) => name);
        leaveOut(rest, isWithout ? `not tried without "${step.name}"` : notTried(step.name));
        break;
      }
      return outcome;
    },
  };
}

/** Why what builds on a step that failed is left out. */
export function notTried(failed: string): string {
  return `not tried, since "${failed}" failed`;
}

async function resultOf(step: Step, waiting: RunnerOptions['waiting']): Promise<StepResult> {
  const startedMs = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startedMs);
  const timer = setInterval(() => waiting(step.name, Math.round(elapsedMs() / 1000)), WAITING_EVERY_MS);
  try {
    const detail = await step.run();
    return { step: step.name, outcome: 'passed', ms: elapsedMs(), ...(detail === undefined ? {} : { detail }) };
  } catch (error) {
    const ms = elapsedMs();
    if (error instanceof StepLeftOut) return { step: step.name, outcome: 'left out', ms, detail: error.message };
    const next = (error instanceof StepFailure ? error.next : undefined) ?? step.next;
    return { step: step.name, outcome: 'failed', ms, problem: problemOf(error), next };
  } finally {
    clearInterval(timer);
  }
}

/** `fetch` says no more than "fetch failed", and a connection that two addresses refuse nothing at all; the reason is inside. */
export function problemOf(error: unknown): string {
  if (error instanceof AggregateError) return problemOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.message === 'fetch failed' && error.cause !== undefined ? problemOf(error.cause) : error.message;
}
