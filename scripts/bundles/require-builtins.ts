import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

const NAMESPACE = 'node';
/** Reads the exports of a module of Node's by name, as an ES module of the bundle. */
const NAMED = 'named';
/** Is what `require` gives. */
const WHOLE = 'whole';

/**
 * Turns `import … from 'node:…'` and `import('node:…')` into `require`. An ES import of one of Node's own modules reads every export of
 * it, getters too: that of `WebSocket` in `node:http` loads all of undici. By `require`, a bundle reads only the exports that it names.
 */
export const requireBuiltins: Plugin = {
  name: 'require-builtins',
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z_]+(\/[a-z]+)*$/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '');
      if (!builtinModules.includes(name)) return undefined;
      if (kind !== 'import-statement' && kind !== 'dynamic-import') return undefined;
      // What `import()` gives is an object of all exports: one of getters, which esbuild makes of CommonJS.
      const pluginData = kind === 'import-statement' ? NAMED : WHOLE;
      return { path: name, namespace: NAMESPACE, suffix: `?${pluginData}`, pluginData, sideEffects: false };
    });
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path, pluginData }) => ({
      contents: pluginData === NAMED ? namedExports(path) : `module.exports = require('node:${path}');`,
      loader: 'js',
    }));
  },
};

/** Each export is, in esbuild's eyes, a call without side effects: those that nobody names are dropped, and never read. */
function namedExports(name: string): string {
  const keys = Object.getOwnPropertyNames(process.getBuiltinModule(name) ?? {});
  const exports = keys
    .filter((key) => key !== 'default' && /^[A-Za-z_]\w*$/.test(key))
    .map((key) => `const _${key} = /* @__PURE__ */ (() => builtin.${key})(); export { _${key} as ${key} };`);
  return [`const builtin = require('node:${name}');`, 'export default builtin;', ...exports].join('\n');
}
