import puppeteer, { type Browser } from 'puppeteer-core';
import { findChromium } from './find-chromium.ts';

/** Only root needs it: Chromium refuses to start its sandbox as root. */
const AS_ROOT = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** Starts Chromium without a window, and with its back-forward cache, which puppeteer would turn off. */
export function startChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error('Chromium is missing: install chromium, or name it in CHROMIUM_BIN');
  return puppeteer.launch({
    executablePath,
    args: [...AS_ROOT, '--disable-gpu', '--disable-dev-shm-usage'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}
