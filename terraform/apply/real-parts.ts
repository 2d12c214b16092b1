import { execFile } from 'node:child_process';
import { existsSync, globSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ROOT = resolve(import.meta.dirname, '../..');
const PROVIDER = 'registry.terraform.io/hashicorp/aws';
/** Where scripts/setup.sh puts the virtual environment. */
const PYTHON = join(ROOT, '.local/tools/python/bin/python3');

/** A folder from which Terraform can install providers, and the newest version of the AWS provider in it. */
export interface Mirror {
  readonly folder: string;
  readonly version: string;
}

/** The programs that nobody here wrote. */
export interface RealParts {
  /** `terraform`, or `tofu`. */
  readonly terraform: string;
  /** Absent: the provider comes from the registry. */
  readonly mirror?: Mirror;
  /** The Python that has moto and the scanners. */
  readonly python: string;
  /** The socket of what emulators are forks of, where that was started. */
  readonly emulators?: string;
}

/** What is missing, and what to do about it. */
export interface Missing {
  readonly missing: string;
}

/** Finds everything that the tests of `terraform apply` need, or says what is missing. */
export async function findRealParts(): Promise<RealParts | Missing> {
  const terraform = await findTerraform();
  if (terraform === undefined) return { missing: 'Terraform: install terraform or tofu, or name it in TERRAFORM_BIN' };
  const python = PYTHON;
  if (!existsSync(python)) return { missing: 'moto: install python3 with its venv module (Debian: python3-venv)' };
  const mirror = await findMirror();
  if (mirror !== undefined) return { terraform, python, mirror };
  if (await isRegistryReachable()) return { terraform, python };
  const missing = `the AWS provider: no registry can be reached, and no mirror with ${PROVIDER} is here; name one in CLOAKROOM_PROVIDER_MIRROR`;
  return { missing };
}

async function findTerraform(): Promise<string | undefined> {
  const named = process.env.TERRAFORM_BIN;
  for (const candidate of named ? [named] : ['terraform', 'tofu']) {
    try {
      await run(candidate, ['version'], { env: { ...process.env, CHECKPOINT_DISABLE: '1' } });
      return candidate;
    } catch {
      // The next one may be here.
    }
  }
  return undefined;
}

/**
 * A mirror that is named, else one where Terraform looks by itself, else one anywhere on this machine.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
 */
async function findMirror(): Promise<Mirror | undefined> {
  const named = process.env.CLOAKROOM_PROVIDER_MIRROR;
  if (named) return mirrorAt(named);
  const home = homedir();
  const implied = [
    process.env.TF_PLUGIN_CACHE_DIR,
    join(home, '.terraform.d/plugins'),
    join(process.env.XDG_DATA_HOME ?? join(home, '.local/share'), 'terraform/plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
  ];
  for (const folder of implied) {
    const found = folder === undefined ? undefined : mirrorAt(folder);
    if (found !== undefined) return found;
  }
  const elsewhere = await searchMachine();
  return elsewhere.map(mirrorAt).find((found) => found !== undefined);
}

/** Folders anywhere on the file system of `/` that look like a mirror. What Terraform keeps for one stack is none. */
async function searchMachine(): Promise<readonly string[]> {
  const arguments_ = ['/', '-xdev', '-maxdepth', '9', '-name', '.terraform', '-prune', '-o', '-type', 'd'];
  try {
    const found = await run('find', [...arguments_, '-path', `*/${PROVIDER}`, '-print'], { timeout: 60_000 });
    return lines(found.stdout);
  } catch (error) {
    // `find` fails for each folder that it may not read, and has printed what it found all the same.
    return lines((error as { stdout?: string }).stdout ?? '');
  }
}

function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.endsWith(PROVIDER))
    .map((line) => line.slice(0, -PROVIDER.length - 1));
}

/** Both layouts of a mirror: packed (`terraform-provider-aws_<version>_<platform>.zip`) and unpacked (`<version>/<platform>/`). */
function mirrorAt(folder: string): Mirror | undefined {
  const base = join(folder, PROVIDER);
  if (!existsSync(base)) return undefined;
  const platform = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const versions = [
    ...readdirSync(base).filter((name) => existsSync(join(base, name, platform))),
    ...globSync(`terraform-provider-aws_*_${platform}.zip`, { cwd: base }).map((name) => name.split('_')[1] ?? ''),
  ].filter((version) => /^\d+\.\d+\.\d+$/.test(version));
  const version = versions.toSorted(byVersion).at(-1);
  return version === undefined ? undefined : { folder, version };
}

function byVersion(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** The registry is the host in the provider's address, which also names its folder in every mirror. */
async function isRegistryReachable(): Promise<boolean> {
  const [host] = PROVIDER.split('/');
  try {
    return (await fetch(`https://${host}/.well-known/terraform.json`, { signal: AbortSignal.timeout(10_000) })).ok;
  } catch {
    return false;
  }
}
