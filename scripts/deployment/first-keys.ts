import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObject } from '@cloakroom/core';
import { readAws, type Tools } from './tools.ts';

/**
 * Has the issuers' keys fetched. Without this, sign-ins fail until the schedule's first run.
 *
 * @param functionName of refresh-keys, in AWS
 * @throws Error with what the function said: one that fails answers 200 all the same
 */
export function fetchFirstKeys(functionName: string, region: string, tools: Pick<Tools, 'read'>): void {
  const answers = mkdtempSync(join(tmpdir(), 'cloakroom-'));
  try {
    const file = join(answers, 'refresh-keys.json');
    const target = ['--function-name', functionName, '--qualifier', 'live', file];
    const told = readAws(tools, region, ['lambda', 'invoke', ...target]);
    if (isObject(told) && 'FunctionError' in told)
      throw new Error(`${functionName} failed: ${readFileSync(file, 'utf8')}`);
  } finally {
    rmSync(answers, { recursive: true });
  }
}
