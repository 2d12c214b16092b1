import { join, resolve } from 'node:path';
import type { Environment } from '@cloakroom/terraform';
import { readOutput, step, type Tools } from './tools.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SMOKE = join(ROOT, 'scripts/smoke.ts');

/**
 * Asks what was deployed a few questions: scripts/smoke. Returns its address.
 *
 * @throws Error when it does not answer as it should
 */
export async function tryApi({ name, domain }: Environment, folder: string, tools: Tools): Promise<string> {
  const api = String(readOutput(tools, folder, 'ApiUrl'));
  const target = domain === undefined ? [] : ['--domain-target', String(readOutput(tools, folder, 'DomainTarget'))];
  await step(tools, `asking ${api}`, () => {
    if (tools.run(process.execPath, [SMOKE, api, '--env', name, ...target], ROOT) === 0) return;
    throw new Error(
      `${api} is deployed, and does not answer as it should; ask again with: scripts/smoke ${api} --env ${name}`,
    );
  });
  return api;
}
