import { describe, expect, it } from '@jest/globals';
import type { Metafile } from 'esbuild';
import { checkBundle } from './check-bundle.ts';

const ENTRY = 'functions/f/src/index.ts';
const CLIENT = 'node_modules/.pnpm/@aws-sdk+client-sts@3/node_modules/@aws-sdk/client-sts/dist-es/index.js';
const STREAMS = 'node_modules/@smithy/core/dist-es/submodules/event-streams/index.js';
const imports = (...paths: readonly string[]) => ({
  bytes: 1,
  imports: paths.map((path) => ({ path, kind: 'import-statement' as const })),
});

/** A bundle of 1000 B that contains these modules. */
function metafile(contained: readonly string[], external: readonly string[] = []): Metafile {
  return {
    inputs: {
      [ENTRY]: imports('packages/aws/src/sts.ts', 'packages/aws/src/other.ts', 'node:crypto?named'),
      'packages/aws/src/other.ts': imports('packages/aws/src/sts.ts'),
      'packages/aws/src/sts.ts': imports(CLIENT),
      [CLIENT]: imports(STREAMS),
      [STREAMS]: imports(),
      'node:crypto?named': imports(),
    },
    outputs: {
      'dist/f/index.mjs': {
        bytes: 1000,
        entryPoint: ENTRY,
        exports: ['handler'],
        imports: external.map((path) => ({ path, kind: 'import-statement' as const, external: true })),
        inputs: Object.fromEntries([ENTRY, ...contained].map((path) => [path, { bytesInOutput: 10 }])),
      },
    },
  };
}
const problems = (file: Metafile, ...forbidden: readonly string[]) =>
  checkBundle(file, ENTRY, { budgetBytes: 1000, forbidden }).problems;

describe('the check of a bundle', () => {
  it('finds nothing wrong with one that is within its budget and contains nothing forbidden', () => {
    const file = metafile(['packages/aws/src/sts.ts', CLIENT, 'node:crypto?named']);
    expect(checkBundle(file, ENTRY, { budgetBytes: 1000, forbidden: ['undici', '@smithy/*'] })).toEqual({
      bytes: 1000,
      problems: [],
    });
  });

  it('names the budget of one that is over it', () => {
    const { problems } = checkBundle(metafile([]), ENTRY, { budgetBytes: 999, forbidden: [] });
    expect(problems).toEqual(['is 1000 B, 1 B over its budget of 999 B']);
  });

  it('names a forbidden module, and the shortest way by which it was imported', () => {
    expect(problems(metafile([CLIENT]), '@aws-sdk/client-sts')).toEqual([
      'must not contain @aws-sdk/client-sts: functions/f/src/index.ts → packages/aws/src/sts.ts → @aws-sdk/client-sts/dist-es/index.js',
    ]);
  });

  it('takes what was imported and dropped again for what is not there', () => {
    const file = metafile([]);
    const [output] = Object.values(file.outputs);
    Object.assign(output?.inputs ?? {}, { [CLIENT]: { bytesInOutput: 0 } });
    expect(problems(file, '@aws-sdk/client-sts')).toEqual([]);
  });

  it.each([
    ['@aws-sdk/*', CLIENT],
    ['@smithy/core/event-streams', STREAMS],
    ['@cloakroom/aws', 'packages/aws/src/sts.ts'],
    ['node:crypto', 'node:crypto?named'],
  ])('knows %s', (pattern, path) => {
    expect(problems(metafile([path]), pattern)).toHaveLength(1);
    expect(problems(metafile([]), pattern)).toEqual([]);
  });

  it('refuses an ES import of one of the modules of Node', () => {
    expect(problems(metafile([], ['node:http', './beside.mjs']))).toEqual([
      'imports node:http, which reads its every export: it must be required',
    ]);
  });
});
