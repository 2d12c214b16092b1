import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const page = read('docs/vpc-credentials.md');

it('tells of every log code and error about credentials and clients', () => {
  const files = globSync('packages/aws/src/!(*.test|*-fixture).ts', { cwd: ROOT });
  const codes = files.flatMap((file) => [...read(file).matchAll(/'(aws\.[a-z_.]+|CREDENTIALS_[A-Z]+)'/g)]);
  const found = [...new Set(codes.map(([, code = '']) => code))];
  expect(found).toEqual(expect.arrayContaining(['aws.credentials.dead', 'CREDENTIALS_REFUSED']));
  expect(found.length).toBeGreaterThan(7);
  expect(found.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

it('says before anything else that a function’s own role never asks STS', () => {
  const [first = ''] = page.slice(page.indexOf('## ')).split('\n## ');
  expect(first).toMatch(/It is not STS.*never asks STS for the credentials of its own role/);
});
