import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/*
 * A runtime client for machines where Amazon's own cannot be built: `node runtime-client.ts index.handler`.
 * ESM, async handlers, JSON in and out: what the functions here use, and no more. It ends when the Runtime API does.
 * It runs as a process of its own, under the variables of a function, and imports nothing of ours.
 */
interface Context {
  readonly awsRequestId: string;
  readonly functionName: string | undefined;
  readonly functionVersion: string | undefined;
  readonly invokedFunctionArn: string;
  readonly logGroupName: string | undefined;
  readonly logStreamName: string | undefined;
  readonly memoryLimitInMB: string | undefined;
  getRemainingTimeInMillis(): number;
}
type Handler = (event: unknown, context: Context) => unknown;

const agent = new Agent({ keepAlive: true });
const { env } = process;

async function main(): Promise<void> {
  const handle = await loadHandler();
  for (;;) {
    const { headers, body } = await call('GET', 'invocation/next');
    const id = String(headers['lambda-runtime-aws-request-id']);
    env._X_AMZN_TRACE_ID = String(headers['lambda-runtime-trace-id']);
    try {
      const result = await handle(JSON.parse(body), contextOf(id, headers));
      await call('POST', `invocation/${id}/response`, JSON.stringify(result ?? null));
    } catch (error) {
      console.error(error);
      await call('POST', `invocation/${id}/error`, describe(error));
    }
  }
}

async function loadHandler(): Promise<Handler> {
  try {
    const [file, name] = splitHandler(process.argv[2] ?? '');
    const path = join(env.LAMBDA_TASK_ROOT ?? '', `${file}.mjs`);
    const handler = (await import(pathToFileURL(path).href))[name];
    if (typeof handler !== 'function') throw new Error(`${file}.${name} is undefined or not exported`);
    return handler;
  } catch (error) {
    console.error(error);
    await call('POST', 'init/error', describe(error));
    process.exit(1);
  }
}

function splitHandler(handler: string): [file: string, name: string] {
  const dot = handler.lastIndexOf('.');
  return [handler.slice(0, dot), handler.slice(dot + 1)];
}

function contextOf(awsRequestId: string, headers: IncomingMessage['headers']): Context {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: String(headers['lambda-runtime-invoked-function-arn']),
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

/** Lambda's form of an error. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
function describe(error: unknown): string {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return JSON.stringify({ errorType: name, errorMessage: message, trace: (stack ?? '').split('\n') });
}

function call(method: string, path: string, body = ''): Promise<{ headers: IncomingMessage['headers']; body: string }> {
  return new Promise((resolve, reject) => {
    const url = `http://${env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/${path}`;
    const request = httpRequest(url, { method, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.once('error', reject);
    request.end(body);
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
