import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parseAdopted, readAdopted, writeAdopted } from './adopted.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloakroom-adopted-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TABLE = { address: 'aws_dynamodb_table.sessions', id: 'cloakroom-prod-sessions' };
const LOG = { address: 'aws_cloudwatch_log_group.health', id: '/aws/lambda/cloakroom-prod-health' };
const SECRET = {
  address: 'aws_secretsmanager_secret.client',
  id: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:cloakroom-prod/web-AbCdEf',
};

describe('adopted.json', () => {
  it('is read as it was written, sorted by address, and leaves no other file', () => {
    writeAdopted(folder, [TABLE, SECRET, LOG]);
    expect(readAdopted(folder)).toEqual([LOG, TABLE, SECRET]);
    expect(readdirSync(folder)).toEqual(['adopted.json']);
    expect(readFileSync(join(folder, 'adopted.json'), 'utf8')).toBe(
      `${JSON.stringify([LOG, TABLE, SECRET], null, 2)}\n`,
    );
  });

  it('goes when there is nothing to name, and names nothing when it is not there', () => {
    writeAdopted(folder, [TABLE]);
    writeAdopted(folder, []);
    expect(readdirSync(folder)).toEqual([]);
    expect(readAdopted(folder)).toEqual([]);
    writeAdopted(folder, []);
  });

  it.each([
    ['no list', TABLE, 'adopted.json: the file: Invalid type'],
    ['another address than <type>.<name>', [{ ...TABLE, address: 'module.a.b' }], '0.address: must be <type>.<name>'],
    ['no id', [{ ...TABLE, id: '' }], '0.id: must not be empty'],
    ['an id that Terraform would read', [{ ...TABLE, id: '${var.x}' }], '0.id: must be what `terraform import` takes'],
    ['a field that it does not know', [{ ...TABLE, name: 'x' }], '0.name: '],
    [
      'an address twice',
      [TABLE, { ...TABLE, id: 'other' }],
      'adopted.json: aws_dynamodb_table.sessions is there twice',
    ],
  ])('is refused with %s', (_, value, problem) => {
    expect(() => parseAdopted(value)).toThrow(problem);
  });

  it('is refused when it is no JSON', () => {
    writeFileSync(join(folder, 'adopted.json'), '[');
    expect(() => readAdopted(folder)).toThrow('adopted.json: ');
    rmSync(join(folder, 'adopted.json'));
  });
});
