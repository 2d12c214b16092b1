import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as esbuild from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');
const PACKAGE = join(ROOT, 'packages/express-session');
const PNPM = join(ROOT, '.local/tools/node_modules/pnpm/bin/pnpm.mjs');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
/** A program that has nothing more to do ends: nothing of the store keeps it. */
const PROGRAM_TIMEOUT_MS = 20_000;

/** Projects outside the repository, and the package as it would be published. */
export interface Apps {
  /** An empty project that has installed the package and, beside it, what is named of the package's own dependencies. */
  create(beside: readonly string[]): App;
  remove(): void;
}

export interface App {
  /** Where the package was installed. */
  readonly installed: string;
  /** What a program wrote. The end of `name` says what kind it is. @throws Error when it fails, or does not end */
  run(name: string, program: string, env?: Readonly<Record<string, string>>): Promise<string>;
  /** A program and all that it imports as one file of CommonJS. @throws Error when something is not there, or may be amiss */
  bundle(name: string, program: string): Promise<string>;
  /** What the compiler says of some programs, by the names of their files. */
  problems(programs: Readonly<Record<string, string>>, options: readonly string[]): Promise<string>;
}

/** Packs the package, with its build. */
export function packApps(): Apps {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-store-'));
  pnpm(PACKAGE, 'pack', '--pack-destination', folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  let count = 0;
  return {
    create(beside) {
      count += 1;
      const app = mkdtempSync(join(folder, `app-${count}-`));
      install(app, join(folder, tarball), beside);
      return {
        installed: join(app, 'node_modules/@cloakroom/express-session'),
        async run(name, program, env = {}) {
          writeFileSync(join(app, name), program);
          const options = { cwd: app, timeout: PROGRAM_TIMEOUT_MS, env: { PATH: process.env.PATH, ...env } };
          const { stdout } = await promisify(execFile)(process.execPath, [name], options);
          return stdout;
        },
        bundle: (name, program) => bundle(app, name, program),
        problems: (programs, options) => problems(app, programs, options),
      };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** No registry is asked: what the package needs is linked from the repository, and the package itself really installed. */
function install(app: string, tarball: string, beside: readonly string[]): void {
  const link = (name: string) => [name, `link:${join(PACKAGE, 'node_modules', name)}`] as const;
  const dependencies = { '@cloakroom/express-session': `file:${tarball}`, ...Object.fromEntries(beside.map(link)) };
  writeFileSync(join(app, 'package.json'), JSON.stringify({ type: 'module', dependencies }));
  const overrides = Object.fromEntries([link('@aws-sdk/credential-provider-node')]);
  writeFileSync(join(app, 'pnpm-workspace.yaml'), JSON.stringify({ overrides }));
  pnpm(app, 'install', '--offline');
}

function pnpm(cwd: string, ...args: readonly string[]): void {
  execFileSync(process.execPath, [PNPM, ...args], { cwd, encoding: 'utf8', env: { ...process.env, CI: 'true' } });
}

async function bundle(app: string, name: string, program: string): Promise<string> {
  writeFileSync(join(app, name), program);
  const { outputFiles, warnings } = await esbuild.build({
    absWorkingDir: app,
    entryPoints: [name],
    bundle: true,
    platform: 'node',
    write: false,
    logLevel: 'silent',
  });
  const [said] = await esbuild.formatMessages(warnings, { kind: 'warning' });
  if (said !== undefined) throw new Error(said);
  return outputFiles[0]?.text ?? '';
}

async function problems(app: string, programs: Readonly<Record<string, string>>, options: readonly string[]) {
  for (const [name, program] of Object.entries(programs)) writeFileSync(join(app, name), program);
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--noEmit'];
  const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types'), '--target', 'es2024'];
  const args = [TSC, ...strict, ...types, ...options, ...Object.keys(programs)];
  return promisify(execFile)(process.execPath, args, { cwd: app }).then(
    ({ stdout }) => stdout,
    (error: { readonly stdout: string }) => error.stdout,
  );
}
