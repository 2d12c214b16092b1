import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { tour } from './dev-tour.ts';

const SCRIPTS = import.meta.dirname;
const NAMES = readdirSync(SCRIPTS, { withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.includes('.'))
  .map(({ name }) => name);

/** A clone with nothing installed, in a folder that a shell must quote. */
const clone = join(mkdtempSync(join(tmpdir(), 'cloakroom-')), "a clone's folder");
cpSync(SCRIPTS, join(clone, 'scripts'), { recursive: true });

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): SpawnSyncReturns<string> {
  return spawnSync(program, args, { encoding: 'utf8', env, timeout: 20_000 });
}

describe.each(NAMES)('scripts/%s', (name) => {
  it.each(['--help', '-h'])('tells its options with %s, where nothing is installed', (option) => {
    const { status, stdout, stderr } = run(join(clone, 'scripts', name), [option], { PATH: '/usr/bin:/bin' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`scripts/${name}`);
    expect(readdirSync(clone)).toEqual(['scripts']);
  });
});

/** Where 1 says that something was found. */
const REFUSES: Readonly<Record<string, number>> = { doctor: 2 };

/** What scripts/test does not know is for jest. */
describe.each(NAMES.filter((name) => name !== 'test'))('scripts/%s', (name) => {
  it('names an option that it does not know, in one line', () => {
    const { status, stdout, stderr } = run(process.execPath, [join(SCRIPTS, `${name}.ts`), '--bogus'], process.env);
    expect({ status, stdout }).toEqual({ status: REFUSES[name] ?? 1, stdout: '' });
    expect(stderr).toMatch(/^cloakroom: Unknown option '--bogus'.*\n$/);
  });
});

it.each([
  ['dev', ['--provider', 'keycloak', '--issuers-of', 'dev'], '--provider and --issuers-of exclude each other'],
  ['dev', ['--provider', 'okta'], '--provider must be built-in or keycloak'],
  ['dev', ['--provider-shape', 'okta'], '--provider-shape must be one of local, cognito, keycloak'],
  [
    'dev',
    ['--provider', 'keycloak', '--provider-control'],
    '--provider-shape, --refresh-rotation and --provider-control are for the built-in provider',
  ],
  ['dev', ['--refresh-rotation', 'always'], '--refresh-rotation must be one of none, grace, strict'],
  ['token', ['alice', '--provider', 'okta'], '--provider must be built-in or keycloak'],
])('scripts/%s %j is refused in one line', (name, options, problem) => {
  const { status, stderr } = run(process.execPath, [join(SCRIPTS, `${name}.ts`), ...options], process.env);
  expect({ status, stderr }).toEqual({ status: 1, stderr: `cloakroom: ${problem}\n` });
});

it('asks for a token in the tour where it comes from elsewhere', () => {
  const local = { urls: { api: 'http://a', aws: 'http://b' }, region: 'eu-central-1' };
  expect(tour(local, { idpPort: 3002, dataDir: '.local/data' })).toContain("TOKEN='<an access token>'");
});

it('finds itself whatever CDPATH says', () => {
  const { stdout, status } = spawnSync('sh', ['-c', '. scripts/setup.sh; echo "$ROOT"', 'scripts/dev'], {
    cwd: clone,
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', CDPATH: `${clone}:/` },
  });
  expect({ stdout, status }).toEqual({ stdout: `${clone}\n`, status: 0 });
});

it('quotes the data directory in the tour', () => {
  const local = { urls: { api: 'http://a', aws: 'http://b' }, region: 'eu-central-1' };
  expect(tour(local, { idpPort: 3002, dataDir: "/my data's", tokenOptions: [] })).toContain(
    "$(scripts/token alice --data-dir '/my data'\\''s')",
  );
});
