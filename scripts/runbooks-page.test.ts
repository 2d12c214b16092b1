import { globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pageBlocks } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const PAGES = globSync('docs/runbooks/*.md', { cwd: ROOT }).sort();
const RUNBOOKS = PAGES.filter((page) => basename(page) !== 'README.md');
const SECTIONS = ['Look', 'Do', 'When it is over', 'False alarms and the threshold'];
const SCRIPTS = globSync('scripts/*', { cwd: ROOT }).filter((path) => !path.includes('.'));

/** Every call of one of our scripts, in blocks and in text: its name and the words after it. */
function callsIn(page: string): readonly (readonly [name: string, words: readonly string[]])[] {
  const text = read(page).replaceAll('\\\n', ' ');
  const calls = text.matchAll(/(?:^|`|&& )(scripts\/[a-z]+)([^`|\n]*)/gm);
  return [...calls].map(([, name = '', rest = '']) => [name, rest.split(/\s+/).filter((word) => word !== '')]);
}

/** The words that a source file has for something, between two places in it. */
function words(path: string, pattern: RegExp, [from, until]: readonly [string, string]): readonly string[] {
  const part = read(path).split(from)[1]?.split(until)[0] ?? '';
  const found = [...part.matchAll(pattern)].map(([, word = '']) => word);
  if (found.length < 4) throw new Error(`${path} is not written as this test expects`);
  return found;
}

it('there is a runbook for each of many alarms', () => expect(RUNBOOKS.length).toBeGreaterThanOrEqual(18));

describe.each(RUNBOOKS)('%s', (page) => {
  const text = read(page);

  it('is called as its alarm, and has the sections of all, in their order', () => {
    expect(text.split('\n')[0]).toBe(`# ${basename(page, '.md')}`);
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(SECTIONS);
  });

  it('begins to look with a command that runs at scripts/dev as well', () => {
    const [first] = pageBlocks(text);
    expect(first?.onAwsOnly).toBeUndefined();
    expect(text.indexOf('```sh')).toBeGreaterThan(text.indexOf('## Look'));
  });

  it('is in the index, short, and says what to do for each of several causes', () => {
    expect(read('docs/runbooks/README.md')).toContain(`| [${basename(page, '.md')}](${basename(page)}) |`);
    expect(text.split('\n').length).toBeLessThanOrEqual(65);
    expect(
      text
        .split('## Do')[1]
        ?.split('## When')[0]
        ?.match(/^\| .* \| .* \| .* \|$/gm)?.length,
    ).toBeGreaterThan(3);
  });
});

describe.each(PAGES)('what %s tells to type', (page) => {
  const calls = callsIn(page);

  it('calls scripts that there are, with options that they have', () => {
    const unknown = calls.flatMap(([name, words]) => {
      if (!SCRIPTS.includes(name)) return [name];
      const options = words.filter((word) => word.startsWith('--'));
      return options.filter((option) => !read(name).includes(option)).map((option) => `${name} ${option}`);
    });
    expect(unknown).toEqual([]);
  });

  it('asks for log lines that docs/logs.md has', () => {
    const codes = calls.flatMap(([, words]) => (words[words.indexOf('--code') + 1] ?? '').split(','));
    const asked = codes.map((code) => code.replaceAll("'", '')).filter((code) => code.includes('.'));
    const known = (code: string) => read('docs/logs.md').includes(`\`${code.replace(/\*$/, '')}`);
    expect(asked.filter((code) => !known(code))).toEqual([]);
  });

  it('says of every command that cannot be run here why', () => {
    const onAws = pageBlocks(read(page)).flatMap(({ onAwsOnly }) => onAwsOnly ?? []);
    expect(onAws.filter((why) => why.split(' ').length < 4)).toEqual([]);
  });
});

describe('a runbook tells every reason that leads there:', () => {
  const MEMBER = /[|=] '([A-Za-z_]+)'/g;
  const CODE = /readonly code = '([A-Z_]+)'/g;

  it.each([
    [
      'sign-in-success',
      'packages/sessions/src/model/errors.ts',
      CODE,
      ['class LoginEndedError', 'class DataRateError'],
    ],
    [
      'sign-in-completion',
      'functions/token-handler/src/sign-in-error.ts',
      MEMBER,
      ['type SignIn', 'const OF_PROVIDER'],
    ],
    ['refresh-failures', 'functions/token-handler/src/report.ts', MEMBER, ['type RefreshFailure', 'const ADVICE']],
    ['denied-rate', 'functions/authorizer/src/binding.ts', MEMBER, ['type SessionDenial', 'type Finding']],
  ] as const)('%s, those of %s', (id, path, pattern, part) => {
    const page = read(`docs/runbooks/${id}.md`);
    expect(words(path, pattern, part).filter((reason) => !page.includes(`\`${reason}\``))).toEqual([]);
  });

  it('credential-refreshes, every code about credentials', () => {
    const codes = [...read('docs/logs.md').matchAll(/`(aws\.credentials\.\w+)`/g)].map(([, code = '']) => code);
    const page = read('docs/runbooks/credential-refreshes.md');
    const told = (code: string) => page.includes(`\`${code}\``) || page.includes(`\`${code.split('.')[2]}\``);
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !told(code))).toEqual([]);
  });
});
