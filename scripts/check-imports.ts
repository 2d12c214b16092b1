import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** What each package may import of ours when deployed: imports point one way. Functions may import all of these. */
const DEPLOYED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  aws: ['core'],
  auth: ['core', 'aws'],
  sessions: ['core', 'aws'],
  events: ['core', 'aws'],
  http: ['core'],
};
const NEVER_DEPLOYED: Readonly<Record<string, readonly string[]>> = {
  client: [],
  'express-session': ['core', 'aws', 'sessions', 'http'],
  local: ['core'],
  testing: [...Object.keys(DEPLOYED), 'local'],
  terraform: ['core', 'auth', 'sessions'],
};
/** Folders of one package whose imports go downward only: each may import those before it, and what is in no folder may import all. */
const TIERS: Readonly<Record<string, readonly string[]>> = {
  sessions: ['model', 'table', 'tokens', 'flows', 'web', 'operations'],
  // What every part uses; what was synthesized; who may do what; then each service after those it calls, up to the two doors and the provider.
  local: [
    'base',
    'stack',
    'iam',
    'logs',
    'lambda',
    'dynamodb',
    'sqs',
    'kms',
    'secrets',
    'event-sources',
    'schedules',
    'metrics',
    'aws-endpoint',
    'http-api',
    'browser',
    'provider',
    'keycloak',
  ],
};
/** What tests may import besides. Those of the stack compare it with what the local parts read of it. */
const IN_TESTS: Readonly<Record<string, readonly string[]>> = {
  terraform: ['aws', 'testing', 'local'],
};

const FILES = '{packages,functions,terraform}/**/*.{ts,mjs}';
const MANIFESTS = '{packages/*,functions/*,terraform}/package.json';
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*(['"])([^'"]+)\1/g;
const COMMENT = /^\s*(?:\/\/|\/?\*)/;
/** What several tests of a package share. */
const FIXTURE = /-fixture\.ts$|^terraform\/(?:apply|testing)\//;
const CDKTF = /^(?:cdktf|constructs|@cdktf)(?:\/|$)/;

/** Where an import or a dependency stands: its package's folder and name, and whether only tests see it. */
interface Place {
  readonly folder: string;
  readonly name: string;
  readonly isTest: boolean;
}

/** Every import and dependency below `root` that goes a way it may not, as `file:line: rule`. */
export function violations(root: string): string[] {
  const files = globSync([FILES, MANIFESTS], {
    cwd: root,
    exclude: (path) => /(?:^|\/)(?:node_modules|dist|\.local)(?:\/|$)/.test(path),
  });
  return files.sort().flatMap((file) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    const found = file.endsWith('.json') ? dependencies(lines) : imports(lines);
    return found.flatMap(({ line, specifier, isDevelopment }) => {
      const rule = brokenRule(file, specifier, placeOf(file, isDevelopment));
      return rule === undefined ? [] : [`${file}:${line}: ${rule}`];
    });
  });
}

interface Found {
  readonly line: number;
  readonly specifier: string;
  readonly isDevelopment: boolean;
}

function imports(lines: readonly string[]): Found[] {
  return lines.flatMap((text, index) =>
    COMMENT.test(text)
      ? []
      : [...text.matchAll(IMPORT)].map(([, , specifier = '']) => ({
          line: index + 1,
          specifier,
          isDevelopment: false,
        })),
  );
}

/** The names in a manifest's lists of dependencies, by line: a package.json has one to a line. */
function dependencies(lines: readonly string[]): Found[] {
  let list = '';
  return lines.flatMap((text, index) => {
    list = /^ {2}"(\w+)": \{/.exec(text)?.[1] ?? list;
    const specifier = /^ {4}"([^"]+)": /.exec(text)?.[1];
    if (specifier === undefined || !/dependencies$/i.test(list)) return [];
    return [{ line: index + 1, specifier, isDevelopment: list === 'devDependencies' }];
  });
}

function placeOf(file: string, isDevelopment: boolean): Place {
  const [top = '', second = ''] = file.split('/');
  const folder = top === 'terraform' ? top : `${top}/${second}`;
  const name = top === 'packages' ? second : top;
  return { folder, name, isTest: isDevelopment || file.endsWith('.test.ts') || FIXTURE.test(file) };
}

function brokenRule(file: string, specifier: string, { folder, name, isTest }: Place): string | undefined {
  if (specifier.startsWith('.')) {
    const target = resolve('/', dirname(file), specifier).slice(1);
    if (relative(folder, target).startsWith('..'))
      return `"${specifier}" leaves ${folder}: import the other package by its name`;
    if (!isTest && isUpward(file, target, name)) return `"${specifier}" points upward: ${TIERS[name]?.join(' < ')}`;
    return FIXTURE.test(target) && !isTest ? `"${specifier}" is for tests alone` : undefined;
  }
  if (CDKTF.test(specifier) && name !== 'terraform') return `"${specifier}" belongs to terraform/ alone`;
  const imported = /^@cloakroom\/([^/]+)/.exec(specifier)?.[1];
  if (imported === undefined || imported === name) return undefined;
  const allowed = DEPLOYED[name] ?? NEVER_DEPLOYED[name] ?? Object.keys(DEPLOYED);
  if (allowed.includes(imported) || (isTest && (IN_TESTS[name] ?? ['testing']).includes(imported))) return undefined;
  if (imported === 'testing') return `${folder} may import @cloakroom/testing in tests alone`;
  return `${folder} may not import @cloakroom/${imported}, only: ${allowed.join(', ') || 'nothing of ours'}`;
}

/** Whether a relative import leads to a higher tier of its package than the one it stands in. */
function isUpward(file: string, target: string, name: string): boolean {
  const tiers = TIERS[name];
  if (tiers === undefined) return false;
  const tierOf = (path: string) => {
    const index = tiers.indexOf(/^packages\/[^/]+\/src\/([^/]+)\//.exec(path)?.[1] ?? '');
    return index === -1 ? tiers.length : index;
  };
  return tierOf(target) > tierOf(file);
}

if (import.meta.main) {
  const found = violations(resolve(import.meta.dirname, '..'));
  for (const violation of found) console.error(violation);
  console.log(found.length === 0 ? 'every import goes its way' : `imports that go a way they may not: ${found.length}`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
