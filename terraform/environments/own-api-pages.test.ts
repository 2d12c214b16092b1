import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { blocksOf } from '../testing/blocks-of.ts';
import { parseEnvironment } from './environment.ts';
import { prod } from './prod/environment.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const PAGES = ['your-own-api.md', 'your-own-api/{http,rest,websocket,sam-serverless-cdk}.md'];

/** What a page tells to write into an environment. */
function attachToOf(page: string): unknown {
  const [field = ''] = blocksOf(page, 'ts').filter((block) => block.startsWith('attachTo: '));
  const json = field.replaceAll(/(\w+): /g, '"$1": ').replaceAll("'", '"');
  return (JSON.parse(`{${json.trimEnd().replace(/,$/, '')}}`) as { attachTo: unknown }).attachTo;
}

describe('the pages about an API that exists', () => {
  const pages = PAGES.flatMap((pattern) => globSync(pattern, { cwd: DOCS }));

  it('are these', () => expect(pages).toHaveLength(5));

  it.each(pages)('tell how to write attachTo so that it is accepted: %s', (page) => {
    const attachTo = attachToOf(page);
    expect(attachTo).toHaveLength(1);
    expect(parseEnvironment({ ...prod, attachTo }).attachTo).toEqual(attachTo);
  });
});
