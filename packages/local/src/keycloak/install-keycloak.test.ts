import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';

const MODULE = join(import.meta.dirname, 'install-keycloak.ts');
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cloakroom-keycloak-'));
  for (const folder of ['bin', 'tools']) mkdirSync(join(root, folder));
});

/** A program on the only PATH there is. */
function program(name: string, text: string): void {
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(root, 'bin', name), 0o755);
}

/** Runs the installation in a process of its own; what it says and what it fails with. */
function install({ killWhen }: { killWhen?: () => boolean } = {}): Promise<string> {
  const code = `import { installKeycloak } from ${JSON.stringify(MODULE)};
    process.on('SIGTERM', () => process.exit(1));
    try {
      const say = (text) => console.log(text);
      console.log('installed', await installKeycloak({ toolsDir: ${JSON.stringify(join(root, 'tools'))}, say }));
    } catch (error) { console.log(error.message); }`;
  const env = { PATH: join(root, 'bin') };
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const timer = setInterval(() => killWhen?.() && child.kill('SIGTERM'), 20);
    child.once('close', () => {
      clearInterval(timer);
      resolve(output);
    });
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('installing Keycloak', () => {
  it('says what to install where there is no Maven', async () => {
    const output = await install();
    expect(output).toContain('Keycloak cannot be fetched without mvn: install it (Debian: apt-get install maven)');
    expect(readdirSync(join(root, 'tools'))).toEqual([]);
  });

  it('shows what Maven said when it failed', async () => {
    program('mvn', 'echo no route to host; exit 7');
    expect(await install()).toContain('mvn ended with exit code 7:\nno route to host');
  });

  it('keeps nothing of an archive that is not the released one', async () => {
    program(
      'mvn',
      'for a; do case $a in -DoutputDirectory=*) echo x >"${a#*=}/keycloak-quarkus-dist-26.7.3.tar.gz" ;; esac; done',
    );
    expect(await install()).toContain('is not the one that was released');
    expect(readdirSync(join(root, 'tools'))).toEqual([]);
  });

  it('leaves nothing behind when it is ended in between', async () => {
    const pidFile = join(root, 'pid');
    program('mvn', `echo $$ >${pidFile}; exec /bin/sleep 60`);
    await install({ killWhen: () => existsSync(pidFile) });
    expect(readdirSync(join(root, 'tools'))).toEqual([]);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    while (isAlive(pid)) await delay(20); // the test's own time limit fails it
  });

  it('does not fetch it again', async () => {
    mkdirSync(join(root, 'tools/keycloak-26.7.3'));
    expect(await install()).toBe(`installed ${join(root, 'tools/keycloak-26.7.3')}\n`);
  });
});
