import type { OnResolveArgs, Plugin } from 'esbuild';

interface LeftOut {
  /** The module, as it is imported. */
  readonly path: string;
  /** Which of its imports are left out; those of others stay. */
  readonly isUnused: (importing: Pick<OnResolveArgs, 'importer' | 'kind'>) => boolean;
  /** The exports that importers name: each is a function that fails when it is called. */
  readonly exports: readonly string[];
}

/** What packages import for the sake of what no function of ours does. */
const LEFT_OUT: readonly LeftOut[] = [
  {
    // For answers that are event streams, as of Kinesis or Bedrock. 20 KB and, by `node:zlib`, 4 ms of a cold start.
    path: '@smithy/core/event-streams',
    isUnused: ({ kind }) => kind === 'dynamic-import',
    exports: ['EventStreamSerde', 'eventStreamSerdeProvider'],
  },
  {
    // For clients that are not told their credentials: ours have them from the session. 110 KB and 8 ms.
    path: '@aws-sdk/credential-provider-node',
    isUnused: ({ importer }) => /\/client-[^/]+\/dist-es\/runtimeConfig\.js$/.test(importer),
    exports: ['defaultProvider'],
  },
];

/** Leaves these modules out of a bundle. What is called of one all the same throws, and says where it was left out. */
export const leaveOut: Plugin = {
  name: 'leave-out',
  setup(build) {
    const find = (path: string) => LEFT_OUT.find((module) => module.path === path);
    build.onResolve({ filter: /^@(aws-sdk|smithy)\// }, (imported) =>
      find(imported.path)?.isUnused(imported) ? { path: imported.path, namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents:
        find(path)
          ?.exports.map((name) => failing(path, name))
          .join('\n') ?? '',
    }));
  },
};

function failing(path: string, name: string): string {
  const message = `${name} of ${path} is not in this bundle: see scripts/bundles/left-out.ts`;
  return `export function ${name}() { throw new Error(${JSON.stringify(message)}); }`;
}
