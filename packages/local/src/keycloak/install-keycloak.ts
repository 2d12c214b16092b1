import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, rmSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '../base/error-code.ts';
import { keycloakCommand } from './keycloak-command.ts';

const VERSION = '26.7.3';
const ARCHIVE = `keycloak-quarkus-dist-${VERSION}.tar.gz`;
const ARCHIVE_SHA256 = '77657f30b7e90d70f727712ce1c967f430fd6a5e9f458d32d8c6df0635345f47';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
const STILL_AT_IT_MS = 5000;
/** By program: what Debian calls it. */
const PACKAGES: Readonly<Record<string, string>> = { mvn: 'maven', java: 'openjdk-17-jre-headless' };

export interface InstallOptions {
  /** Absolute; it will be in `keycloak-<version>` there. */
  readonly toolsDir: string;
  /** Told what is being done, and every few seconds that it still is. */
  readonly say: (text: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Keycloak's folder. The first time, Maven fetches it; it is checked against its hash, unpacked and prepared for its memory
 * database beside where it will be, and moved there when it is whole: a download that broke off leaves nothing.
 *
 * @throws Error that says what to install, where Maven is missing; or which step failed, with what it printed
 */
export async function installKeycloak({ toolsDir, say, signal }: InstallOptions): Promise<string> {
  const home = join(toolsDir, `keycloak-${VERSION}`);
  if (existsSync(home)) return home;
  const draft = join(toolsDir, `.keycloak-${randomUUID()}`);
  const discard = () => rmSync(draft, { recursive: true, force: true });
  process.once('exit', discard);
  try {
    await mkdir(draft, { recursive: true });
    const step = (text: string, command: readonly string[]) =>
      whileSaying(say, text, () => run(command, { cwd: draft, ...(signal === undefined ? {} : { signal }) }));
    await step(`fetches Keycloak ${VERSION} with Maven, once (176 MB)`, fetchCommand(draft));
    await assertWhole(join(draft, ARCHIVE));
    await step('unpacks it', ['tar', '-xzf', ARCHIVE]);
    const unpacked = join(draft, `keycloak-${VERSION}`);
    await step('prepares it, so that it starts in half the time', keycloakCommand(unpacked, ['build', '--db=dev-mem']));
    await moveUnlessThere(unpacked, home);
    return home;
  } finally {
    await rm(draft, { recursive: true, force: true });
    process.removeListener('exit', discard);
  }
}

/** A repository of its own, so that nothing broken stays in the person's. `-C`: what does not match its checksum is refused. */
function fetchCommand(draft: string): readonly string[] {
  const artifact = `org.keycloak:keycloak-quarkus-dist:${VERSION}:tar.gz`;
  const repository = `-Dmaven.repo.local=${join(draft, 'maven')}`;
  return ['mvn', '-q', '-B', '-C', repository, COPY, `-Dartifact=${artifact}`, `-DoutputDirectory=${draft}`];
}

async function assertWhole(file: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found === ARCHIVE_SHA256) return;
  throw new Error(`${ARCHIVE} is not the one that was released: its SHA-256 is ${found}. Nothing was kept; try again`);
}

/** Another start may have come first. */
async function moveUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!['EEXIST', 'ENOTEMPTY'].includes(errorCode(error) ?? '')) throw error;
  }
}

async function whileSaying(say: (text: string) => void, text: string, work: () => Promise<void>): Promise<void> {
  const startedMs = performance.now();
  say(text);
  const timer = setInterval(() => {
    say(`… still does (${Math.round((performance.now() - startedMs) / 1000)} s)`);
  }, STILL_AT_IT_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}

function run(
  [program = '', ...args]: readonly string[],
  options: { readonly cwd: string; readonly signal?: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const end = () => void child.kill();
    process.once('exit', end);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-4000);
      });
    }
    child.once('error', (cause) =>
      reject(
        errorCode(cause) === 'ENOENT'
          ? new Error(`Keycloak cannot be fetched without ${howToGet(program)}`, { cause })
          : cause,
      ),
    );
    child.once('close', (code) => {
      process.removeListener('exit', end);
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with exit code ${code}:\n${output.trimEnd()}`));
    });
  });
}

function howToGet(program: string): string {
  return `${program}: install it (Debian: apt-get install ${PACKAGES[program] ?? program})`;
}
