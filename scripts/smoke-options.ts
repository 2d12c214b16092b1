import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isExactOrigin } from '@cloakroom/core';
import { isLoopbackHost } from '@cloakroom/local/token';
import { type EnvironmentName, environmentOf } from '@cloakroom/terraform';
import { integerOption } from './integer-option.ts';
import { type GivenTokens, readTokens } from './smoke-tokens.ts';

const ROOT = resolve(import.meta.dirname, '..');
const DATA_DIR = join(ROOT, '.local/data');
const LOCAL_API = 'http://127.0.0.1:3000';
const USAGE = 'usage: scripts/smoke [--base-url] <api url> [--env <environment>|local] [--json]; more with --help';

export interface SmokeOptions {
  /** Without a slash at the end. */
  readonly api: string;
  /** The page that asks, as an exact origin. */
  readonly origin: string;
  readonly tokens: GivenTokens | undefined;
  readonly user: string;
  readonly waitSeconds: number;
  readonly dnsWaitSeconds: number;
  readonly domainTarget: string | undefined;
  readonly targetCommand: string;
  readonly place: Place | undefined;
  readonly isJson: boolean;
}

/** Where AWS is asked. */
export interface Place {
  readonly region: string;
  /** Of the local AWS; undefined on AWS. */
  readonly endpoint: string | undefined;
  /** The cdk.tf.json, and what writes it. */
  readonly stackFile: string;
  readonly synthesize: string;
  readonly deploy: string;
}

interface CommandLine {
  readonly args: string[];
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Reads standard input to its end. */
  readonly readInput: () => Promise<string>;
}

/** @throws Error in one line, without a token */
export async function readSmokeOptions({ args, variables, readInput }: CommandLine): Promise<SmokeOptions> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      'base-url': { type: 'string' },
      'access-token': { type: 'string' },
      'id-token': { type: 'string' },
      stdin: { type: 'boolean', default: false },
      origin: { type: 'string' },
      user: { type: 'string', default: 'smoke' },
      env: { type: 'string' },
      'wait-seconds': { type: 'string', default: '30' },
      'dns-wait-seconds': { type: 'string', default: '300' },
      'domain-target': { type: 'string' },
      'aws-port': { type: 'string', default: '4566' },
      'data-dir': { type: 'string', default: DATA_DIR },
      json: { type: 'boolean', default: false },
    },
  });
  const environment = environmentNamed(values.env);
  const urls = [values['base-url'], ...positionals].filter((url) => url !== undefined);
  const [url = environment === undefined ? LOCAL_API : ''] = urls;
  if (urls.length > 1) throw new Error(USAGE);
  if (url === '')
    throw new Error(
      `say where ${environment} is: scripts/smoke "$(terraform output -raw ApiUrl)" --env ${environment}`,
    );
  const api = parseUrl(url);
  const awsPort = integerOption('--aws-port', values['aws-port'], 65_535);
  return {
    api,
    origin: originOption(values.origin) ?? pageOf(api, environment),
    tokens: readTokens({
      accessToken: values['access-token'],
      idToken: values['id-token'],
      variables,
      input: values.stdin ? await readInput() : undefined,
    }),
    user: values.user,
    waitSeconds: integerOption('--wait-seconds', values['wait-seconds'], 600),
    dnsWaitSeconds: integerOption('--dns-wait-seconds', values['dns-wait-seconds'], 3600),
    domainTarget: values['domain-target'],
    targetCommand: `terraform -chdir=terraform/environments/${environment ?? '<environment>'} output -raw DomainTarget`,
    place:
      values.env === undefined ? undefined : placeOf(environment, { awsPort, dataDir: resolve(values['data-dir']) }),
    isJson: values.json,
  };
}

/** The pages of an environment are nowhere on this machine, where the API is its own page. */
function pageOf(api: string, environment: EnvironmentName | undefined): string {
  const { origin, host } = new URL(api);
  const pages = environment === undefined || isLoopbackHost(host) ? [] : environmentOf(environment).allowedOrigins;
  return pages[0] ?? origin;
}

/** Undefined for that of scripts/dev. @throws Error when there is none of this name */
function environmentNamed(name: string | undefined): EnvironmentName | undefined {
  if (name === undefined || name === 'local') return undefined;
  environmentOf(name, ['local']);
  return name;
}

function placeOf(environment: EnvironmentName | undefined, local: { awsPort: number; dataDir: string }): Place {
  const { region } = environmentOf(environment ?? 'dev');
  if (environment === undefined) {
    const folder = local.dataDir === DATA_DIR ? join(ROOT, '.local/stack') : join(local.dataDir, 'stack');
    const start = 'start scripts/dev';
    return {
      region,
      endpoint: `http://127.0.0.1:${local.awsPort}`,
      stackFile: join(folder, 'cdk.tf.json'),
      synthesize: start,
      deploy: start,
    };
  }
  return {
    region,
    endpoint: undefined,
    stackFile: join(ROOT, 'terraform/environments', environment, 'cdk.tf.json'),
    synthesize: `scripts/build, then scripts/synth ${environment}`,
    deploy: `scripts/deploy ${environment}`,
  };
}

function parseUrl(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Error(`${url} is no http(s) address; ${USAGE}`);
  return url.replace(/\/$/, '');
}

function originOption(origin: string | undefined): string | undefined {
  if (origin === undefined || isExactOrigin(origin)) return origin;
  throw new Error(`--origin must be an exact origin, such as https://app.example.com, not ${origin}`);
}
