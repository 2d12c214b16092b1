import { contextOf, eventOf } from './event.ts';
import type { Credential } from './world.ts';

/** What a handler made of a request: `unauthorized` is thrown, as API Gateway wants it. */
export type Outcome = 'allowed' | 'denied' | 'unauthorized';

/** Requests to be made one after the other, and what is to become of each of them. */
export interface Batch {
  readonly credentials: readonly Credential[];
  readonly outcome: Outcome;
}

/** Per request, in microseconds: CPU of the whole process (user and system, all threads), and time that went by. */
export type Measured = Readonly<Record<'cpuUs' | 'wallUs', number>>;

type Handler = (event: object, context: object) => Promise<{ readonly isAuthorized: boolean }>;

/** What it says first. */
export interface Ready {
  /** How long the module took to load. */
  readonly loadMs: number;
}

const startedMs = performance.now();
/** A process of its own for each variant: neither compilers nor garbage of one are the other's. */
const { handler } = (await import(process.argv[2] ?? '')) as { readonly handler: Handler };

const ready: Ready = { loadMs: performance.now() - startedMs };

process.on('message', (batch: Batch) => {
  measure(batch).then(
    (measurement) => process.send?.(measurement),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.(ready);

async function measure({ credentials, outcome }: Batch): Promise<Measured> {
  const invocations = credentials.map((credential, index) => [eventOf(credential), contextOf(String(index))] as const);
  const [startedMs, startedCpu] = [performance.now(), process.cpuUsage()];
  for (const [event, context] of invocations) {
    const found = await outcomeOf(handler(event, context));
    if (found !== outcome) throw new Error(`a request was ${found}, not ${outcome}`);
  }
  const { user, system } = process.cpuUsage(startedCpu);
  const count = credentials.length;
  return { cpuUs: (user + system) / count, wallUs: ((performance.now() - startedMs) * 1000) / count };
}

async function outcomeOf(answer: ReturnType<Handler>): Promise<Outcome> {
  try {
    return (await answer).isAuthorized ? 'allowed' : 'denied';
  } catch (error) {
    if (error instanceof Error && error.message === 'Unauthorized') return 'unauthorized';
    throw error;
  }
}
