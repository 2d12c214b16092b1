import { randomBytes, randomUUID } from 'node:crypto';
import { type Ending, isFatal, payloadOf, timeoutMessage, withTimeout } from './ending.ts';
import { createInvocationLog } from './invocation-log.ts';
import { type RuntimeInvocation, startRuntimeApi } from './runtime-api.ts';
import { startRuntimeProcess } from './runtime-process.ts';
import { createRuntimeSteps } from './runtime-steps.ts';

/** Lambda's limit for the start of an environment. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
const INIT_TIMEOUT_MS = 10_000;

/** The output of a process takes room until the process ends: after this much, it is replaced, as Lambda does now and then. */
const MAX_OUTPUT_BYTES = 32_000_000;

/** What an environment is asked to do. */
export interface EnvironmentRequest {
  /** JSON text. */
  readonly payload: string;
  readonly functionArn: string;
  readonly version: string;
}

/** How it went. */
export interface Outcome {
  /** JSON text: the result, or the error. */
  readonly payload: string;
  readonly failed: boolean;
  /** Without the start of the environment. */
  readonly durationMs: number;
  readonly logTail: string;
}

/** A process that takes one invocation at a time. */
export interface ExecutionEnvironment {
  /** Runs an invocation; the first one waits for the start. Failures of every kind are outcomes, never rejections. */
  run(request: EnvironmentRequest): Promise<Outcome>;
  /** Resolves when, after the last run, the runtime has asked for more work or its process has gone. */
  settled(): Promise<void>;
  /** True as soon as it can take no further invocation. */
  isEnded(): boolean;
  /** Ends the process; resolves when it has gone. */
  stop(): Promise<void>;
}

export interface EnvironmentOptions {
  /** Node's arguments. */
  readonly args: readonly string[];
  readonly taskRoot: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** The whole environment of the process, given the address of its Runtime API. */
  variables(runtimeApi: string): Readonly<Record<string, string>>;
  writeLog(message: string): void;
}

/** Starts a process with a Runtime API of its own. Resolves before the handler is loaded. */
export async function startEnvironment(options: EnvironmentOptions): Promise<ExecutionEnvironment> {
  const { memoryMb, timeoutMs } = options;
  const newLog = () => createInvocationLog(options.writeLog);
  const steps = createRuntimeSteps();
  const api = await startRuntimeApi(steps.reports);
  let isEnded = false;
  let invocations = 0;
  // What is written during the start belongs to the first invocation, what comes after an answer to the log alone.
  let log = newLog();
  const child = startRuntimeProcess({
    args: options.args,
    cwd: options.taskRoot,
    variables: options.variables(api.address),
    onLine: (line) => log.line(line),
  });
  void child.ended.then((reason) => {
    isEnded = true;
    api.close();
    steps.exited(reason);
  });
  async function stop(): Promise<void> {
    isEnded = true;
    child.kill();
    await child.ended;
  }

  function invoke(request: EnvironmentRequest, requestId: string): Promise<Ending> {
    const ending = steps.expect(requestId);
    api.offer(runtimeInvocation(request, requestId, timeoutMs));
    return withTimeout(ending, timeoutMs);
  }

  async function run(request: EnvironmentRequest): Promise<Outcome> {
    const requestId = randomUUID();
    const isFirst = invocations === 0;
    invocations += 1;
    if (!isFirst) log = newLog();
    const started = await withTimeout(steps.started, INIT_TIMEOUT_MS);
    child.readOutput();
    log.start(requestId, request.version);
    const beganMs = performance.now();
    const ending = started.kind === 'ready' ? await invoke(request, requestId) : started;
    const durationMs = performance.now() - beganMs;
    child.readOutput();
    if (isFatal(ending) || child.outputBytes() > MAX_OUTPUT_BYTES) await stop();
    const initMs = isFirst ? steps.initMs() : undefined;
    log.report({ requestId, durationMs, memoryMb, initMs, status: statusOf(ending) });
    if (ending.kind === 'timeout') log.line(timeoutMessage(requestId, ending.limitMs));
    const failed = ending.kind !== 'response';
    return { payload: payloadOf(ending, requestId), failed, durationMs, logTail: log.tail() };
  }

  return { run, stop, settled: steps.settled, isEnded: () => isEnded };
}

function statusOf(ending: Ending): 'timeout' | 'error' | undefined {
  if (ending.kind === 'timeout') return 'timeout';
  return isFatal(ending) ? 'error' : undefined;
}

function runtimeInvocation(request: EnvironmentRequest, requestId: string, timeoutMs: number): RuntimeInvocation {
  const nowMs = Date.now();
  const seconds = Math.floor(nowMs / 1000).toString(16);
  const random = randomBytes(20).toString('hex');
  return {
    requestId,
    payload: request.payload,
    functionArn: request.functionArn,
    deadlineMs: nowMs + timeoutMs,
    // https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
    traceId: `Root=1-${seconds}-${random.slice(0, 24)};Parent=${random.slice(24)};Sampled=0`,
  };
}
