import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { readAws, readOutput, realTools, step, terraform, terraformProgram } from './tools.ts';
import { recordedTools } from './tools-fixture.ts';

describe('realTools', () => {
  it('returns what a program printed, and says what it said of its failure', () => {
    const { read } = realTools();
    expect(read(process.execPath, ['-p', 'process.env.TF_IN_AUTOMATION'], tmpdir())).toBe('1\n');
    const failing = ['-e', 'console.error("no such table"); process.exit(3)'];
    expect(() => read(process.execPath, failing, tmpdir())).toThrow('failed: no such table');
  });

  it('tells a program that fails from one that is not there', () => {
    const { run, read } = realTools();
    expect(run(process.execPath, ['-e', 'process.exit(3)'], tmpdir())).toBe(3);
    expect(run('no-such-program', [], tmpdir())).toBeUndefined();
    expect(() => read('no-such-program', [], tmpdir())).toThrow('no-such-program cannot be run: is it installed?');
  });

  it('takes --yes for the answer, and fails where nobody can give one', async () => {
    expect(await realTools({ yes: true }).confirm('Sure? ')).toBe(true);
    await expect(realTools().confirm('Sure? ')).rejects.toThrow('pass --yes to go on');
    await expect(realTools().confirm('Which? ', 'prod')).rejects.toThrow('pass --yes prod to go on');
  });
});

describe('terraformProgram', () => {
  it('is terraform, or what TERRAFORM_BIN names', () => {
    expect(terraformProgram({})).toBe('terraform');
    expect(terraformProgram({ TERRAFORM_BIN: '' })).toBe('terraform');
    expect(terraformProgram({ TERRAFORM_BIN: 'tofu' })).toBe('tofu');
  });
});

it('says which command of Terraform failed', () => {
  const { tools } = recordedTools({ run: () => 1 });
  expect(() => terraform(tools, '/stack', ['apply', 'plan'])).toThrow('terraform apply failed; see above');
});

it('reads an output of the stack', () => {
  const { tools, steps } = recordedTools({ read: () => '{"health":"cloakroom-dev-health"}' });
  expect(readOutput(tools, '/stack', 'FunctionNames')).toEqual({ health: 'cloakroom-dev-health' });
  expect(steps).toEqual([`${terraformProgram()} output -json FunctionNames`]);
});

describe('step', () => {
  it('says what begins, and how long it took', async () => {
    const { tools, said } = recordedTools();
    expect(await step(tools, 'planning', async () => 7)).toBe(7);
    expect(said).toEqual(['planning', 'planning: done in 0 s']);
  });

  it('does not say that a failed one is done', async () => {
    const { tools, said } = recordedTools();
    const fail = () => {
      throw new Error('refused');
    };
    await expect(step(tools, 'planning', fail)).rejects.toThrow('refused');
    expect(said).toEqual(['planning']);
  });
});

it('asks AWS in the region, and parses the answer', () => {
  const { tools, steps } = recordedTools({ read: () => '{"Account":"123456789012"}' });
  expect(readAws(tools, 'eu-west-3', ['sts', 'get-caller-identity'])).toEqual({ Account: '123456789012' });
  expect(steps).toEqual(['aws sts get-caller-identity --region eu-west-3 --output json']);
  expect(readAws(recordedTools().tools, 'eu-west-3', ['lambda', 'delete-function'])).toBeUndefined();
});
