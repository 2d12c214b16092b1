import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Modules of ours that only some places ever load, by `import()`: each becomes a file of its own beside index.mjs, complete in itself,
 * so that a cold start reads nothing of it. By the name of that file, their sources.
 *
 * - `credential-chain.mjs`: a function of Lambda has its credentials in the environment. In a container or on a laptop it has not, and
 *   finds them there by the same package.
 */
export const OWN_FILES: Readonly<Record<string, string>> = {
  'credential-chain.mjs': 'packages/aws/src/credential-chain.ts',
};

/** Leaves the `import()` of these modules in the bundle, as one of the file beside it. */
export function importOwnFiles(root: string): Plugin {
  return {
    name: 'import-own-files',
    setup(build) {
      build.onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir, kind }) => {
        if (kind !== 'dynamic-import') return undefined;
        const source = relative(root, join(resolveDir, path));
        const file = Object.keys(OWN_FILES).find((name) => OWN_FILES[name] === source);
        return file === undefined ? undefined : { path: `./${file}`, external: true };
      });
    },
  };
}
