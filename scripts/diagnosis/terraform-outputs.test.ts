import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readOutputs } from './terraform-outputs.ts';

const { PATH } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
});

/** Puts a program into the place of Terraform, which finds its arguments and folder as Terraform does. */
function useTerraform(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-terraform-'));
  writeFileSync(join(folder, 'terraform'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  process.env.PATH = `${folder}${delimiter}${PATH}`;
  return folder;
}

describe('what Terraform is asked', () => {
  it('is its outputs as JSON, in the folder of the environment', () => {
    const folder = useTerraform('printf \'%s\' "$PWD $*"');
    expect(readOutputs(folder, undefined)).toBe(`${folder} output -json`);
  });

  it('is told in its own words when it fails, with what else can be done', () => {
    const folder = useTerraform('echo "Backend initialization required" >&2; exit 1');
    expect(() => readOutputs(folder, undefined)).toThrow(
      /terraform init there.*--outputs FILE\nBackend initialization/s,
    );
  });

  it('is nothing where it is not installed', () => {
    process.env.PATH = mkdtempSync(join(tmpdir(), 'cloakroom-nothing-'));
    expect(() => readOutputs('.', undefined)).toThrow(/terraform cannot be run in .*: install it, or give what/);
  });
});
