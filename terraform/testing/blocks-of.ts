import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCS = join(import.meta.dirname, '../../docs');

/**
 * The code of a page in one language, block by block.
 *
 * @param page in `docs`: `your-own-api/http.md`
 * @param language as it stands at the block's first line
 * @throws Error when there is none: nothing would be tested
 */
export function blocksOf(page: string, language: string): readonly string[] {
  const text = readFileSync(join(DOCS, page), 'utf8');
  const blocks = [...text.matchAll(RegExp(`^( *)\`\`\`${language}\n(.*?)^\\1\`\`\``, 'gms'))];
  if (blocks.length === 0) throw new Error(`docs/${page} has no block of ${language}`);
  return blocks.map(([, indent = '', code = '']) => code.replaceAll(RegExp(`^${indent}`, 'gm'), ''));
}
