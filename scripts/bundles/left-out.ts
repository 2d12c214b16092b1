import type { Plugin } from 'esbuild';

/**
 * What packages load by `import()` for operations that none of our functions calls; by the name under which they do.
 *
 * - `@smithy/core/event-streams`: for answers that are event streams, as of Kinesis or Bedrock. 20 KB and, by `node:zlib`, 4 ms of
 *   a cold start.
 */
const LEFT_OUT = ['@smithy/core/event-streams'];

/** Leaves these modules out of a bundle. Should one be asked for after all, its `import()` rejects and says where it was left out. */
export const leaveOut: Plugin = {
  name: 'leave-out',
  setup(build) {
    build.onResolve({ filter: /^@smithy\// }, ({ path, kind }) =>
      kind === 'dynamic-import' && LEFT_OUT.includes(path) ? { path, namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `throw new Error('${path} is not in this bundle: see scripts/bundles/left-out.ts');`,
    }));
  },
};
