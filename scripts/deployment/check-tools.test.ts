import { expect, it } from '@jest/globals';
import { checkTools } from './check-tools.ts';
import { recordedTools } from './tools-fixture.ts';

/** A machine with these programs. */
function machine({ terraform, aws = true }: { terraform?: string; aws?: boolean }) {
  return recordedTools({
    read(line) {
      if (line.endsWith('version -json') && terraform !== undefined)
        return JSON.stringify({ terraform_version: terraform });
      if (line === 'aws --version' && aws) return 'aws-cli/2.31.0';
      throw new Error('cannot be run');
    },
  }).tools;
}

it.each(['1.10.0', '1.11.4', '2.0.0'])('takes Terraform %s', (terraform) => {
  expect(() => checkTools(machine({ terraform }))).not.toThrow();
});

it.each(['1.9.8', '0.15.0', ''])('refuses Terraform "%s", and says which is needed', (terraform) => {
  expect(() => checkTools(machine({ terraform }))).toThrow(/1\.10 or newer is needed.*TERRAFORM_BIN/);
});

it('says where a program is to be had that is not there', () => {
  expect(() => checkTools(machine({}))).toThrow('https://developer.hashicorp.com/terraform/install');
  expect(() => checkTools(machine({ terraform: '1.11.4', aws: false }))).toThrow(
    /the AWS CLI cannot be run: install it \(https:/,
  );
});
