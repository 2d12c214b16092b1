import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pageBlocks } from '@cloakroom/testing';
import { expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
/** docs/troubleshooting.md is what people look into when something is wrong: it must not lack their error. */
const page = read('docs/troubleshooting.md');

/** The words that a source file has up to a place in it. */
function words(path: string, pattern: RegExp, until: string): readonly string[] {
  const [part = ''] = read(path).split(until);
  const found = [...part.matchAll(pattern)].map(([, word = '']) => word);
  if (found.length < 8) throw new Error(`${path} is not written as this test expects`);
  return found;
}

it('tells of every code that clients can see', () => {
  const codes = words('packages/http/src/http-error.ts', /^ {2}([A-Z][A-Z_]+): \{/gm, 'export type PublicCode');
  // Those that are shown as another one are not seen; what that other one means is on the page.
  const hidden = ['TOKEN_INVALID', 'CONTENDED'];
  expect(codes.filter((code) => !page.includes(`\`${code}\``) && !hidden.includes(code))).toEqual([]);
});

it('tells of every reason for which a token is refused', () => {
  const reasons = words('packages/auth/src/errors.ts', /^ {2}\| '([a-z_]+)'/gm, 'export class');
  expect(reasons.filter((reason) => !page.includes(`\`${reason}\``))).toEqual([]);
});

it('tells of every reason for which a ticket is refused', () => {
  const reasons = words('functions/authorizer/src/ticket-refused.ts', /^ {2}\| '([a-z_]+)'/gm, 'interface');
  expect(reasons.filter((reason) => !page.includes(`\`${reason}\``))).toEqual([]);
});

it.each(['docs/troubleshooting.md', 'docs/checklist.md'])(
  '%s says of every command that cannot be run here why',
  (name) => {
    // packages/testing/e2e/operator-pages.proof.test.ts runs the others.
    const blocks = pageBlocks(read(name));
    expect(blocks.length).toBeGreaterThan(4);
    const onAws = blocks.filter(({ onAwsOnly }) => onAwsOnly !== undefined);
    expect(onAws.length).toBeLessThan(blocks.length / 2);
    expect(onAws.filter(({ onAwsOnly = '' }) => onAwsOnly.split(' ').length < 4)).toEqual([]);
  },
);
