import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { environmentFolder, initialize, makeStack, prepare } from './prepare.ts';
import { terraformProgram } from './tools.ts';
import { recordedTools } from './tools-fixture.ts';

const TERRAFORM = terraformProgram();
const LOCK = `${TERRAFORM} providers lock -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_amd64 -platform=darwin_arm64`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloakroom-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function recordedMakers() {
  const made: string[] = [];
  const makers = {
    build: async () => void made.push('build'),
    synthesize: (environment: string) => void made.push(`synthesize ${environment}`),
  };
  return { made, makers };
}

it('builds and synthesizes without asking AWS or Terraform', async () => {
  const { tools, steps } = recordedTools();
  const { made, makers } = recordedMakers();
  expect(await makeStack('dev', tools, makers)).toBe(environmentFolder('dev'));
  expect(made).toEqual(['build', 'synthesize dev']);
  expect(steps).toEqual([]);
});

it('prepares all that a plan needs', async () => {
  const { tools, steps, said } = recordedTools();
  await prepare('dev', tools, recordedMakers().makers);
  expect(steps[0]).toBe(`${TERRAFORM} init -input=false -no-color`);
  expect(said).toContain('synthesizing dev: done in 0 s');
});

describe('the lock of the providers', () => {
  it('is written for all platforms where there is none, and is to be committed', async () => {
    const { tools, steps, said } = recordedTools();
    await initialize(folder, tools);
    expect(steps).toEqual([`${TERRAFORM} init -input=false -no-color`, LOCK]);
    expect(said.join('\n')).toMatch(/commit \S*\.terraform\.lock\.hcl: it holds every machine/);
  });

  it('stays as it is where there is one', async () => {
    writeFileSync(join(folder, '.terraform.lock.hcl'), '');
    const { tools, steps } = recordedTools();
    await initialize(folder, tools);
    expect(steps).toEqual([`${TERRAFORM} init -input=false -no-color`]);
  });

  it('may lack platforms, which is said with the reason', async () => {
    const { tools, said } = recordedTools({
      read(line) {
        if (!line.includes('providers lock')) return '';
        throw new Error('terraform providers failed: ╷\n│ Error: Could not retrieve providers for locking\n│ \n╵');
      },
    });
    await initialize(folder, tools);
    expect(said.join('\n')).toMatch(/this machine's platform alone.*Could not retrieve providers for locking/);
  });
});
