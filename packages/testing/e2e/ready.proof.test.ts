import { type AwsCall, AwsError } from '@cloakroom/local';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, eventually, get } from './dev.ts';
import { type LocalRun, startInProcess } from './start-in-process.ts';

/** By the name that `/ready` gives it, what tells a call to it. */
const DEPENDENCIES = {
  'sessions table': /^dynamodb:GetItem .*-sessions$/,
  'events table': /^dynamodb:GetItem .*-events$/,
  queue: /^sqs:GetQueueAttributes /,
  identity: /^sts:GetCallerIdentity /,
} as const;
type Dependency = keyof typeof DEPENDENCIES;
const NAMES = Object.keys(DEPENDENCIES) as Dependency[];

const ANSWERS_WITHIN_MS = 2000;
/** An answer is kept for five seconds; then comes the next. */
const KNOWN_WITHIN_MS = 10_000;

/** What happens to calls to a dependency instead of an answer. */
let fault: { readonly dependency: Dependency; readonly happens: () => Promise<never> } | undefined;
let asked: Dependency[] = [];
let local: LocalRun;
beforeAll(async () => {
  local = await startInProcess(admit);
});
afterAll(() => local?.stop());

async function admit({ caller, accesses }: AwsCall): Promise<void> {
  if (!caller.roleArn?.endsWith('-health')) return;
  const call = `${accesses[0]?.action} ${accesses[0]?.resource}`;
  const dependency = NAMES.find((name) => DEPENDENCIES[name].test(call));
  if (dependency === undefined) throw new Error(`/ready asks something that this test does not know: ${call}`);
  asked.push(dependency);
  if (fault?.dependency === dependency) await fault.happens();
}

const hang = () => new Promise<never>(() => undefined);
const refuse = () => Promise.reject(new AwsError('AccessDeniedException', 'not you', 403));

/** Asks until the answer has this status; fails at once where one takes too long. */
function askUntil(status: number): Promise<Answer> {
  return eventually(
    `/ready answers ${status}`,
    async () => {
      const startMs = performance.now();
      const answer = await get(`${local.api}/ready`);
      expect(performance.now() - startMs).toBeLessThan(ANSWERS_WITHIN_MS);
      return answer.status === status ? answer : undefined;
    },
    KNOWN_WITHIN_MS,
  );
}

const up = (name: string) => ({ name, status: 'up', latencyMs: expect.any(Number) });
const statesWith = (down: Dependency, problem: string) =>
  NAMES.map((name) => (name === down ? { ...up(name), status: 'down', problem } : up(name)));

describe('GET /ready', () => {
  it('names every dependency, with how long it took', async () => {
    const { body } = await askUntil(200);
    expect(body.data).toEqual({ status: 'ready', dependencies: NAMES.map(up) });
  });

  it.each(NAMES)('answers within two seconds while the %s hangs, and names it', async (dependency) => {
    await askUntil(200);
    asked = [];
    fault = { dependency, happens: hang };
    const { body } = await askUntil(503);
    fault = undefined;
    expect(body.error).toEqual({
      code: 'DEPENDENCY_UNAVAILABLE',
      message: `down: ${dependency} (no answer within 1500 ms)`,
      dependencies: statesWith(dependency, 'no answer within 1500 ms'),
    });
    await askUntil(200);
    // Once in vain and once well: what was given up is not tried again.
    expect(asked.filter((one) => one === dependency)).toHaveLength(2);
  });

  it('tells one that refuses from one that does not answer', async () => {
    await askUntil(200);
    fault = { dependency: 'queue', happens: refuse };
    const { body } = await askUntil(503);
    fault = undefined;
    expect(body.error).toMatchObject({
      message: 'down: queue (refused)',
      dependencies: statesWith('queue', 'refused'),
    });
  });
});
