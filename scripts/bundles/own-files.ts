import { join, relative } from 'node:path';
import type { OnResolveResult, Plugin } from 'esbuild';

/** A module of ours that becomes a file of its own beside index.mjs, complete in itself: a cold start reads nothing of it. */
interface OwnFile {
  /** Below the root. */
  readonly source: string;
  /**
   * Where the module is imported as any other: its functions that are. The first call of one loads the file. Absent where the module is
   * loaded by `import()` anyhow.
   */
  readonly functions?: readonly string[];
}

/** By the names of the files. */
export const OWN_FILES: Readonly<Record<string, OwnFile>> = {
  // A function of Lambda has its credentials in the environment. In a container or on a laptop it has not, and finds them all the same.
  'credential-chain.mjs': { source: 'packages/aws/src/credential-chain.ts' },
  // 34 KB, which read user agents: needed only to show a session.
  'device-name.mjs': { source: 'packages/sessions/src/model/device-name.ts', functions: ['deviceName'] },
  // 13 KB, which read IP addresses: needed only to store one.
  'stored-ip.mjs': { source: 'packages/http/src/stored-ip.ts', functions: ['storedIp'] },
};

/** Leaves these modules out of a bundle, and has it load the files beside it instead. */
export function loadOwnFiles(root: string): Plugin {
  return {
    name: 'load-own-files',
    setup(build) {
      build.onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir, kind }) => {
        if (kind === 'entry-point') return undefined;
        const source = relative(root, join(resolveDir, path));
        const file = Object.keys(OWN_FILES).find((name) => OWN_FILES[name]?.source === source);
        return file === undefined ? undefined : resolution(file, kind === 'dynamic-import');
      });
      build.onLoad({ filter: /.*/, namespace: 'own-file' }, ({ path }) => ({
        contents: OWN_FILES[path]?.functions?.map((name) => forwarding(path, name)).join('\n') ?? '',
      }));
      build.onResolve({ filter: /^\.\//, namespace: 'own-file' }, ({ path }) => ({ path, external: true }));
    },
  };
}

function resolution(file: string, isImportedLater: boolean): OnResolveResult | undefined {
  if (isImportedLater) return { path: `./${file}`, external: true };
  const isCalled = OWN_FILES[file]?.functions !== undefined;
  return isCalled ? { path: file, namespace: 'own-file', sideEffects: false } : undefined;
}

/** `require` loads ES modules too, and at once. https://nodejs.org/docs/latest-v24.x/api/modules.html#loading-ecmascript-modules-using-require */
function forwarding(file: string, name: string): string {
  return `export const ${name} = (...given) => require('./${file}').${name}(...given);`;
}
