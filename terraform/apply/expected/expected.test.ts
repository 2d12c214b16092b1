import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

it('is written down without a look at what it is held against: it imports itself alone', () => {
  const files = globSync('*.ts', { cwd: import.meta.dirname, exclude: ['*.test.ts'] });
  expect(files).toContain('expected.ts');
  const imported = files.flatMap((file) => [
    ...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/from '([^']+)'/g),
  ]);
  expect(imported.map(([, path = '']) => path).filter((path) => !/^\.\/[a-z-]+\.ts$/.test(path))).toEqual([]);
});
