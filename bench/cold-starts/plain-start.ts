import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ColdStart, StartOptions } from './cold-start.ts';

const WORKER = join(import.meta.dirname, 'worker.mjs');

/** Starts a function under Node alone. @throws Error when it does not start, or answers something else */
export async function plainStart({ bundle, request, env }: StartOptions): Promise<ColdStart> {
  const child = spawn(process.execPath, [WORKER, bundle, JSON.stringify(request.event)], {
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const [complaints, report, [code]] = await Promise.all([
    text(child.stderr as Readable),
    text(child.stdio[3] as Readable),
    once(child, 'close'),
  ]);
  if (report === '') throw new Error(`${bundle} ended (${code}): ${complaints.slice(-4000)}`);
  const { answer, ...measured } = JSON.parse(report) as ColdStart & { readonly answer: string };
  if (!request.answer.test(answer)) throw new Error(`${bundle} answered ${answer.slice(0, 500)}`);
  return measured;
}
