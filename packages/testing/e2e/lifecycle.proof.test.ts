import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type Dev, freePorts, get, post, startDev } from './dev.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'cloakroom-life-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

describe('scripts/dev', () => {
  it('keeps sessions, events and logins over a restart, and drops them with --fresh', async () => {
    const ports = await freePorts(); // the provider's is part of its tokens' issuer
    const first = await startDev({ dataDir, ports });
    const token = await first.printedToken('alice');
    const { body } = await post(`${first.api}/users/alice/sessions`, token);
    expect(await first.stop()).toBe(0);

    const second = await startDev({ dataDir, ports });
    const again = await post(`${second.api}/users/alice/sessions`, await second.printedToken('alice'));
    expect(sessionOf(again.body)).toBe(sessionOf(body));
    expect(await second.stop()).toBe(0);

    const fresh = await startDev({ dataDir, ports, args: ['--fresh'] });
    const renewed = await fresh.printedToken('alice');
    expect((await get(`${fresh.api}/users/alice/events`, renewed)).status).toBe(403);
    expect(await fresh.stop()).toBe(0);
  });

  it('ends all of its children within 5 s of SIGTERM', async () => {
    const dev = await startDev();
    await post(`${dev.api}/users/alice/sessions`, await dev.token('alice'));
    const children = descendants(dev.process.pid ?? 0);
    expect(children.some(isDynamoDb)).toBe(true);
    expect(children.some(({ args }) => args.includes('index.handler'))).toBe(true);
    const startedMs = Date.now();
    expect(await dev.stop()).toBe(0);
    expect(Date.now() - startedMs).toBeLessThan(5000);
    expect(children.filter(({ pid }) => isAlive(pid))).toEqual([]);
  });

  it('prints what functions log with --logs, and ends with all of its children within 5 s of Ctrl-C', async () => {
    const dev = await startDev({ args: ['--logs'], ownGroup: true });
    await post(`${dev.api}/users/alice/sessions`, await dev.token('alice'));
    expect(dev.output()).toMatch(/^cloakroom-dev-create-session \| START RequestId: /m);
    const children = descendants(dev.process.pid ?? 0);
    expect(children.length).toBeGreaterThan(0);
    // Who is in the group gets the signal too, and may be gone while the others still need it.
    expect(children.filter(({ group }) => group === dev.process.pid)).toEqual([]);
    const exit = exitOf(dev);
    const startedMs = Date.now();
    process.kill(-(dev.process.pid ?? Number.NaN), 'SIGINT'); // the terminal sends it to the whole group
    expect(await exit).toBe(0);
    expect(Date.now() - startedMs).toBeLessThan(5000);
    expect(children.filter(({ pid }) => isAlive(pid))).toEqual([]);
    expect(dev.output()).not.toMatch(/^cloakroom: /m);
    await dev.stop();
  });

  it('reports the crash of a part, ends the rest and exits with 1', async () => {
    const dev = await startDev();
    const children = descendants(dev.process.pid ?? 0);
    const java = children.find(isDynamoDb);
    const exit = exitOf(dev);
    process.kill(java?.pid ?? 0, 'SIGKILL');
    expect(await exit).toBe(1);
    expect(dev.output()).toMatch(/DynamoDB Local/);
    expect(children.filter(({ pid }) => isAlive(pid))).toEqual([]);
  });

  it('says which port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(startDev({ args: ['--port', String(port)] })).rejects.toThrow(`port ${port} is in use`);
    other.close();
  });
});

function sessionOf(body: { data: { sessionId: string } }): string {
  return body.data.sessionId;
}

function exitOf(dev: Dev): Promise<number | null> {
  return new Promise((resolve) => dev.process.once('close', resolve));
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly args: string;
}

function descendants(root: number): Process[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,pgid=,args=']).toString().trim().split('\n');
  const all = rows.map((row): Process => {
    const [, pid, parent, group, args] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    return { pid: Number(pid), parent: Number(parent), group: Number(group), args: args ?? '' };
  });
  const below = (pid: number): Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return below(root).filter(({ args }) => !args.startsWith('ps '));
}

function isDynamoDb({ args }: Process): boolean {
  return args.includes('DynamoDBLocal.jar');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)])
      .toString()
      .startsWith('Z');
  } catch {
    return false;
  }
}
