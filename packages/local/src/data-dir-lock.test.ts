import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { lockDataDir } from './data-dir-lock.ts';

const root = mkdtempSync(join(tmpdir(), 'cloakroom-lock-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const newFolder = () => join(root, `data-${++folders}`);

describe('a data directory', () => {
  it('is used by one process at a time', () => {
    const dataDir = newFolder();
    const release = lockDataDir(dataDir);
    expect(() => lockDataDir(dataDir)).toThrow(`${dataDir} is in use by process ${process.pid}`);
    release();
    lockDataDir(dataDir)();
  });

  it('is free again when its process died', () => {
    const dataDir = newFolder();
    lockDataDir(dataDir);
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(join(dataDir, 'lock'), String(pid));
    lockDataDir(dataDir)();
  });

  it.each(['', 'garbage', '0', '-1'])('is free when its lock says "%s"', (text) => {
    const dataDir = newFolder();
    lockDataDir(dataDir);
    writeFileSync(join(dataDir, 'lock'), text);
    lockDataDir(dataDir)();
  });

  it("stays locked for another user's process", () => {
    const dataDir = newFolder();
    lockDataDir(dataDir);
    writeFileSync(join(dataDir, 'lock'), '1');
    expect(() => lockDataDir(dataDir)).toThrow('in use by process 1');
  });
});
