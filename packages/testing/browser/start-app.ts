import { join } from 'node:path';
import { freePort } from '@cloakroom/local';
import { expect } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { type Dev, startDev } from '../e2e/dev.ts';
import { servePages } from './serve-pages.ts';
import { startChromium } from './start-chromium.ts';

/** An app before a running API, and a Chromium. */
export interface App {
  readonly dev: Dev;
  readonly browser: Browser;
  /** The origin of the app: another one than the API's, of the same site. */
  readonly frontend: string;
  /** Opens the app in a browser that knows nothing, and signs in at the page to which it leads. */
  signIn(user: string, path?: string): Promise<Page>;
  /** Serves the same pages at another origin, of the same site, which the API does not know. */
  serveElsewhere(): Promise<string>;
  stop(): Promise<void>;
}

export async function startApp(args: readonly string[] = []): Promise<App> {
  const port = await freePort();
  const frontend = `http://127.0.0.1:${port}`;
  // A page of another site may call the API, and signs people in by way of the frontend.
  const origins = ['--origin', frontend, '--origin', frontend.replace('127.0.0.1', 'localhost')];
  const [dev, browser] = await Promise.all([startDev({ args: [...origins, ...args] }), startChromium()]);
  const ended = new AbortController();
  // It was built with the functions.
  const clientDir = join(dev.dataDir, 'dist/client');
  const serve = (at: number) => servePages({ port: at, api: dev.api, clientDir, signal: ended.signal });
  await serve(port);
  return {
    dev,
    browser,
    frontend,
    async signIn(user, path = '/') {
      const page = await (await browser.createBrowserContext()).newPage();
      await page.goto(frontend + path);
      await fillIn(page, { user, shown: user });
      return page;
    },
    async serveElsewhere() {
      const other = await freePort();
      await serve(other);
      return `http://127.0.0.1:${other}`;
    },
    async stop() {
      ended.abort();
      await browser.close();
      await dev.stop();
    },
  };
}

/** Signs in at the provider's form, which is where the page has gone, and waits for what the app shows then. */
export async function fillIn(page: Page, { user, shown }: { user: string; shown: string }): Promise<void> {
  await page.waitForSelector('input[name=login]');
  expect(new URL(page.url()).hostname).toBe('localhost');
  await page.type('input[name=login]', user);
  await page.click('button');
  await shows(page, shown);
}

/** Waits until the app shows this. A tab that is not in front paints nothing, so it is asked by the clock. */
export async function shows(page: Page, text: string): Promise<void> {
  const isShown = `document.querySelector('output')?.textContent === ${JSON.stringify(text)}`;
  await page.waitForFunction(isShown, { polling: 50 });
}

/** Another tab of the same browser. */
export async function openTab(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  return page;
}
