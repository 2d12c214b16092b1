import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type AlarmChange, isPortFree, type Local, lockDataDir, startLocal } from '@cloakroom/local';
import { makeProducts, shown } from './dev-products.ts';
import { type DevProvider, devProvider } from './dev-provider.ts';
import { tour } from './dev-tour.ts';
import { integerOption } from './integer-option.ts';
import { untilAnswersWell } from './until-answers-well.ts';

const ROOT = resolve(import.meta.dirname, '..');
const DATA_DIR = join(ROOT, '.local/data');
/** Everything is over within 5 s of Ctrl-C: what has not ended by then ends with this process. */
const STOP_WITHIN_MS = 4500;
const ANSWER_WITHIN_MS = 60_000;
const TOOLS_DIR = join(ROOT, '.local/tools');
const PORT_OPTIONS = { api: '--port', aws: '--aws-port', provider: '--idp-port' } as const;

type Ports = Readonly<Record<keyof typeof PORT_OPTIONS, number>>;
interface Options {
  readonly ports: Ports;
  readonly provider: string;
  readonly shape: string | undefined;
  readonly refreshRotation: string | undefined;
  readonly isControlled: boolean;
  readonly issuersOf: string | undefined;
  readonly origins: readonly string[];
  readonly dataDir: string;
  readonly fresh: boolean;
  readonly maxEnvironments: number;
  readonly logs: boolean;
}

function parseOptions(): Options {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '3000' },
      'aws-port': { type: 'string', default: '4566' },
      'idp-port': { type: 'string', default: '3002' },
      provider: { type: 'string' },
      'provider-shape': { type: 'string' },
      'provider-control': { type: 'boolean', default: false },
      'refresh-rotation': { type: 'string' },
      'issuers-of': { type: 'string' },
      origin: { type: 'string', multiple: true, default: [] },
      'data-dir': { type: 'string', default: DATA_DIR },
      fresh: { type: 'boolean', default: false },
      'max-environments': { type: 'string', default: '3' },
      logs: { type: 'boolean', default: false },
    },
  });
  if (values.provider !== undefined && values['issuers-of'] !== undefined) {
    throw new Error('--provider and --issuers-of exclude each other');
  }
  const ports = { api: values.port, aws: values['aws-port'], provider: values['idp-port'] };
  return {
    ports: {
      api: integerOption(PORT_OPTIONS.api, ports.api, 65_535),
      aws: integerOption(PORT_OPTIONS.aws, ports.aws, 65_535),
      provider: integerOption(PORT_OPTIONS.provider, ports.provider, 65_535),
    },
    provider: values.provider ?? 'built-in',
    shape: values['provider-shape'],
    refreshRotation: values['refresh-rotation'],
    isControlled: values['provider-control'],
    issuersOf: values['issuers-of'],
    origins: values.origin,
    dataDir: resolve(values['data-dir']),
    fresh: values.fresh,
    maxEnvironments: integerOption('--max-environments', values['max-environments'], 100),
    logs: values.logs,
  };
}

/** Builds, synthesizes and starts, side by side as far as that goes; resolves when everything answers. */
async function start({ logs, ...options }: Options, provider: DevProvider, signal: AbortSignal): Promise<Local> {
  await assertPortsFree(options.ports, provider);
  process.once('exit', lockDataDir(options.dataDir));
  // A data directory of its own comes with bundles and a stack of its own: two runs do not disturb each other.
  const isDefault = options.dataDir === DATA_DIR;
  const stackDir = isDefault ? join(ROOT, '.local/stack') : join(options.dataDir, 'stack');
  const distDir = isDefault ? join(ROOT, 'dist') : join(options.dataDir, 'dist');
  const pages = options.origins.map((origin) => `--origin=${origin}`);
  const overlay = [...provider.synthOptions, ...pages, `--api-url=http://127.0.0.1:${options.ports.api}`];
  const stackFile = makeProducts({ distDir, stackDir, overlay, signal, say });
  say('start', `tables, queues, functions, schedules and who signs people in; data in ${shown(options.dataDir)}`);
  const local = await startLocal({
    ...options,
    stackFile,
    signal,
    onError: (error) => complain(messageOf(error)),
    ...(provider.start === undefined ? {} : { startProvider: provider.start }),
    onAlarm: printAlarm,
    ...(logs ? { onFunctionLog: printLog } : {}),
  });
  if (local.skipped.length > 0) say('skip', `not run here: ${countByType(local.skipped)}`);
  await assertAnswers(local, provider, signal);
  return local;
}

async function assertPortsFree(ports: Ports, provider: DevProvider): Promise<void> {
  const own = provider.start === undefined ? [] : (['provider'] as const);
  for (const part of ['api', 'aws', ...own] as const) {
    if (await isPortFree(ports[part])) continue;
    throw new Error(
      `port ${ports[part]} is in use: end what listens there, or choose another with ${PORT_OPTIONS[part]}`,
    );
  }
}

/** The parts have started; what they are for must work too. */
async function assertAnswers({ urls, stop }: Local, { checks }: DevProvider, signal: AbortSignal): Promise<void> {
  const onWait = (why: string) => say('wait', why);
  try {
    for (const url of [...checks, `${urls.api}/health`, `${urls.api}/ready`]) {
      await untilAnswersWell(url, { withinMs: ANSWER_WITHIN_MS, signal, onWait });
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

function countByType(addresses: readonly string[]): string {
  const counts = Map.groupBy(addresses, (address) => address.split('.', 1)[0] ?? '');
  return [...counts].map(([type, { length }]) => `${type} (${length})`).join(', ');
}

function printLog(functionName: string, line: string): void {
  process.stdout.write(`${functionName} | ${line.trimEnd()}\n`);
}

/** At the start every alarm comes to know its state: only those that fire or clear are told. */
function printAlarm({ from, to }: AlarmChange): void {
  if (from.state !== 'ALARM' && to.state !== 'ALARM') return;
  say('alarm', `${to.definition.name}: ${from.state} → ${to.state}, ${to.reason}`);
}

function say(step: string, text: string): void {
  console.log(`${step.padEnd(6)} ${text}`);
}

function complain(text: string): void {
  console.error(`cloakroom: ${text}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Resolves when someone wants this to end; a second wish is granted at once. */
function endWanted(abort: AbortController): Promise<void> {
  return new Promise((resolve) => {
    const want = () => {
      if (abort.signal.aborted) process.exit(130);
      abort.abort();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, want);
  });
}

/** Ends everything; what takes too long ends with this process, whose exit handlers kill the children that are left. */
async function end(local: Local, exitCode: number): Promise<never> {
  setTimeout(() => process.exit(exitCode), STOP_WITHIN_MS).unref();
  await local.stop();
  process.exit(exitCode);
}

async function main(abort: AbortController): Promise<void> {
  const startedMs = performance.now();
  const wanted = endWanted(abort).then(() => 'wanted' as const);
  const options = parseOptions();
  const provider = devProvider({
    ...options,
    port: options.ports.provider,
    api: `http://127.0.0.1:${options.ports.api}`,
    toolsDir: TOOLS_DIR,
    say,
    signal: abort.signal,
  });
  const local = await start(options, provider, abort.signal);
  const { api, aws } = local.urls;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`ready  API ${api} · AWS ${aws} · ${provider.ready} (after ${seconds} s)`);
  for (const note of provider.notes) console.log(note);
  const { tokenOptions } = provider;
  console.log(tour(local, { idpPort: options.ports.provider, dataDir: shown(options.dataDir), tokenOptions }));
  const ending = await Promise.race([wanted, local.crashed.then((what) => ({ what }))]);
  if (ending !== 'wanted') complain(`${ending.what}; ending the rest`);
  await end(local, ending === 'wanted' ? 0 : 1);
}

const abort = new AbortController();
await main(abort).catch((error: unknown) => {
  // A start that was asked to end has not failed.
  if (abort.signal.aborted) process.exit(0);
  complain(messageOf(error));
  process.exit(1);
});
