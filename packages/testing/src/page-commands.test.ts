import { describe, expect, it } from '@jest/globals';
import { pageBlocks, runPage } from './page-commands.ts';

const page = (...blocks: string[]) =>
  `# Page\n\n${blocks.map((block) => `\`\`\`sh\n${block}\n\`\`\``).join('\n\ntext\n\n')}\n`;
const run = (...blocks: string[]) =>
  runPage(page(...blocks), { cwd: '/', env: { PATH: process.env.PATH }, replacements: { 'port 1': 'port 2' } });

describe('the commands of a page', () => {
  it('are read with what they should print, and with the reason where they cannot be run', () => {
    expect(pageBlocks(page('A=1\necho $A\n# → 1\necho b\nfalse', '# on AWS only: why\nfalse'))).toEqual([
      {
        line: 4,
        onAwsOnly: undefined,
        steps: [
          { line: 4, commands: 'A=1\necho $A', expected: '1' },
          { line: 7, commands: 'echo b\nfalse', expected: undefined },
        ],
      },
      { line: 14, onAwsOnly: 'why', steps: [{ line: 14, commands: '# on AWS only: why\nfalse', expected: undefined }] },
    ]);
  });

  it('are run in one shell, those for AWS left out', async () => {
    const ran = await run(
      'A=one',
      '# on AWS only: why\nexit 1',
      'echo $A port 1\n# → one port 1\nprintf "a\\tb\\nc"\n# → a b\n# → …',
    );
    expect(ran.map(({ line }) => line)).toEqual([4, 17, 19]);
  });

  it('are, where asked for, those for AWS alone, and what they print is told', async () => {
    const text = page('echo here', '# on AWS only: why\necho there\n# → there');
    const ran = await runPage(text, { cwd: '/', env: { PATH: process.env.PATH }, replacements: {}, blocks: 'aws' });
    expect(ran.map(({ output }) => output)).toEqual(['there']);
  });

  it.each([
    ['echo one\n# → two', /line 4: echo one\nshould print: two\nand printed: one/],
    ['true\n# → …x', /should print: …x/],
    ['echo abc\n# → a.c', /should print/],
    ['echo done\nfalse\n# → done', /line 4 failed with 1/],
    ['exit 0\n# → …', /line 4 failed with 0/],
    ['cat\necho read >&2\nfalse', /read/],
  ])('that are wrong are told: %j', async (block, problem) => {
    await expect(run(block)).rejects.toThrow(problem);
  });

  it('stand in blocks of sh alone', () => {
    expect(() => pageBlocks('a\n```bash\nls\n```\n')).toThrow('line 2: blocks of commands are called sh');
  });
});
