import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '@cloakroom/local/ports';

const ROOT = join(import.meta.dirname, '../../..');
const STORE = join(ROOT, 'packages/express-session');

/** What the app is told. */
export interface WebAppEnv {
  readonly SESSIONS_TABLE: string;
  readonly AWS_ENDPOINT_URL: string;
  readonly AWS_REGION: string;
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
  readonly AWS_SESSION_TOKEN?: string;
}

/** A process of the app that docs/express.md prints. */
export interface WebApp {
  readonly url: string;
  /** Ends it in the middle of whatever it does. */
  kill(): Promise<void>;
}

/** The folder of that app, with what it imports installed: to be removed by `remove`. */
export function installWebApp({ issuer }: { readonly issuer: string }): { readonly folder: string; remove(): void } {
  const page = readFileSync(join(ROOT, 'docs/express.md'), 'utf8');
  const printed = /^```js file=app\.mjs\n(.*?)^```/ms.exec(page)?.[1] ?? '';
  if (!printed.includes("issuer: 'app-shop'"))
    throw new Error('docs/express.md prints no app, or one of another issuer');
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-web-app-'));
  writeFileSync(join(folder, 'app.mjs'), printed.replace("issuer: 'app-shop'", `issuer: '${issuer}'`));
  const link = (name: string, target: string) => {
    const place = join(folder, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(target, place);
  };
  link('@cloakroom/express-session', STORE);
  for (const name of ['express', 'express-session']) link(name, join(STORE, 'node_modules', name));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts it, and resolves when it takes requests. */
export async function startWebApp(folder: string, env: WebAppEnv, port?: number): Promise<WebApp> {
  const listensAt = port ?? (await freePort());
  const own = { ...env, PORT: String(listensAt), COOKIE_SECRETS: 'new-secret old-secret', PATH: process.env.PATH };
  const options = ['--disable-warning=ExperimentalWarning', 'app.mjs'];
  const child = spawn(process.execPath, options, { cwd: folder, env: own, stdio: ['ignore', 'pipe', 'inherit'] });
  await ready(child);
  return { url: `http://127.0.0.1:${listensAt}`, kill: () => kill(child) };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('close', (code) => reject(new Error(`the app ended with ${code}`)));
  });
}

function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.kill('SIGKILL');
  return closed;
}

/** A browser that sends the app's cookie back, through a proxy that ends TLS. */
export class WebBrowser {
  cookie = '';

  async ask(
    url: string,
    init: RequestInit = {},
  ): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
    const headers = {
      'x-forwarded-proto': 'https',
      'user-agent': FIREFOX,
      'content-type': 'application/json',
      cookie: this.cookie,
    };
    const response = await fetch(url, { ...init, headers });
    const [set] = response.headers.getSetCookie();
    this.cookie = set?.split(';')[0] ?? this.cookie;
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  post(url: string, body: object = {}) {
    return this.ask(url, { method: 'POST', body: JSON.stringify(body) });
  }
}

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
