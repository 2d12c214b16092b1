import { readFileSync } from 'node:fs';
import { devAt, type SharedDev } from './run-dev.ts';
import type { SharedPlace } from './shared-devs.ts';

/**
 * A `scripts/dev` that other test files use at the same time. Each has people of its own, makes nothing fail, and counts nothing that
 * others make, too.
 */
export function sharedDev(): Promise<SharedDev> {
  return atPlace('all', ['--logs', '--max-environments', '4']);
}

/**
 * One whose provider is told how to behave: it is shared by test files that run one after the other, each with people of its own.
 * Whoever makes the provider misbehave makes it behave again.
 */
export function controlledDev(shape: string): Promise<SharedDev> {
  const args = ['--provider-control', '--provider-shape', shape];
  return atPlace(`${shape} of worker ${process.env.JEST_WORKER_ID}`, args);
}

async function atPlace(key: string, args: readonly string[]): Promise<SharedDev> {
  const body = JSON.stringify({ key, args });
  const answer = await fetch(String(process.env.CLOAKROOM_TEST_DEVS), { method: 'POST', body });
  if (!answer.ok) throw new Error(await answer.text());
  const { terminal, ...place } = (await answer.json()) as SharedPlace;
  return devAt(place, () => readFileSync(terminal, 'utf8'));
}
