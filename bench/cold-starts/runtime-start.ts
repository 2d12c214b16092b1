import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { startRuntimeApi } from '@cloakroom/local/runtime-api';
import type { ColdStart, StartOptions, Used } from './cold-start.ts';

/**
 * Starts a function as Lambda does: under a runtime client, which loads the bundle, asks the Runtime API for an invocation and gives it
 * the answer. It has loaded when it asks first. `client` is the client's file.
 *
 * @throws Error when it does not start, or answers something else
 */
export async function runtimeStart(
  { bundle, request, env }: StartOptions,
  client: string,
): Promise<Pick<ColdStart, 'loaded' | 'answered'>> {
  const steps = { loaded: Promise.withResolvers<Used>(), answered: Promise.withResolvers<Used>() };
  let child: ChildProcess | undefined;
  let startedMs = 0;
  const used = (): Used => ({ cpuMs: cpuMsOf(child?.pid), wallMs: performance.now() - startedMs });
  const fail = (payload: string) => {
    for (const { reject } of Object.values(steps)) reject(new Error(`${bundle}: ${payload.slice(0, 500)}`));
  };
  const api = await startRuntimeApi({
    onNext: () => steps.loaded.resolve(used()),
    onInitError: fail,
    onError: (_, payload) => fail(payload),
    onResponse(_, payload) {
      if (request.answer.test(payload)) steps.answered.resolve(used());
      else fail(payload);
    },
  });
  const folder = dirname(bundle);
  const variables = {
    ...env,
    ...LAMBDAS,
    AWS_LAMBDA_RUNTIME_API: api.address,
    _HANDLER: 'index.handler',
    LAMBDA_TASK_ROOT: folder,
    // There it lies beside the bundle.
    ISSUERS_FILE: relative(folder, join(env.LAMBDA_TASK_ROOT ?? '', env.ISSUERS_FILE ?? '')),
  };
  try {
    startedMs = performance.now();
    child = spawn(process.execPath, [client, 'index.handler'], { cwd: folder, env: variables, stdio: 'ignore' });
    child.once('error', (error) => fail(error.message)).once('exit', (code) => fail(`ended (${code})`));
    const loaded = await steps.loaded.promise;
    api.offer(invocation(request.event));
    return { loaded, answered: await steps.answered.promise };
  } finally {
    steps.answered.promise.catch(() => undefined);
    child?.kill('SIGKILL');
    api.close();
  }
}

const LAMBDAS = {
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_LAMBDA_FUNCTION_VERSION: '1',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_LOG_GROUP_NAME: 'bench',
  AWS_LAMBDA_LOG_STREAM_NAME: 'bench',
};

function invocation(event: unknown) {
  return {
    requestId: 'request-1',
    payload: JSON.stringify(event),
    functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:bench',
    deadlineMs: Date.now() + 10_000,
    traceId: 'Root=1-69266c5c-0123456789abcdef01234567',
  };
}

/** Time on a processor of all threads that a process has now. Linux tells it to the nanosecond, in the first word for each of them. */
function cpuMsOf(pid: number | undefined): number {
  const tasks = `/proc/${pid}/task`;
  const spent = readdirSync(tasks).map((task) =>
    Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]),
  );
  return spent.reduce((sum, ns) => sum + ns, 0) / 1e6;
}
