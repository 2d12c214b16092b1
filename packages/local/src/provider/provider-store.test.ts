import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openProviderStore } from './provider-store.ts';

const root = mkdtempSync(join(tmpdir(), 'cloakroom-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let files = 0;
const newFile = () => join(root, `${++files}`, 'state.json');

describe('what the provider remembers', () => {
  it('is there when the file is opened again', async () => {
    const file = newFile();
    const session = (await openProviderStore(file)).adapter('Session');
    await session.upsert('a', { uid: 'u', kind: 'Session' }, 60);
    const again = (await openProviderStore(file)).adapter('Session');
    expect(await again.find('a')).toEqual({ uid: 'u', kind: 'Session' });
    expect(await again.findByUid('u')).toEqual({ uid: 'u', kind: 'Session' });
    expect(await again.findByUid('other')).toBeUndefined();
    expect(await again.findByUserCode('u')).toBeUndefined();
  });

  it('is kept apart by model', async () => {
    const { adapter } = await openProviderStore(newFile());
    await adapter('Session').upsert('a', { uid: 'u' }, 60);
    expect(await adapter('Grant').find('a')).toBeUndefined();
    expect(await adapter('Grant').findByUid('u')).toBeUndefined();
  });

  it('expires', async () => {
    const { adapter } = await openProviderStore(newFile());
    await adapter('Session').upsert('a', { uid: 'u' }, -1);
    expect(await adapter('Session').find('a')).toBeUndefined();
    expect(await adapter('Session').findByUid('u')).toBeUndefined();
  });

  it('is consumed, destroyed and revoked by grant', async () => {
    const file = newFile();
    const tokens = (await openProviderStore(file)).adapter('RefreshToken');
    await tokens.upsert('a', { grantId: 'g' }, 60);
    await tokens.upsert('b', { grantId: 'g' }, 60);
    await tokens.upsert('c', { grantId: 'h' }, 60);
    await tokens.consume('c');
    await tokens.consume('unknown');
    expect(await tokens.find('c')).toMatchObject({ consumed: expect.any(Number) });
    await tokens.destroy('a');
    expect(await tokens.find('a')).toBeUndefined();
    await tokens.revokeByGrantId('g');
    expect(await tokens.find('b')).toBeUndefined();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveLength(1);
  });

  it('is bounded: what expired goes first, then the oldest', async () => {
    const adapter = (await openProviderStore(newFile())).adapter('Grant');
    await adapter.upsert('kept', {}, 60);
    await Promise.all(Array.from({ length: 1998 }, (_, at) => adapter.upsert(`${at}`, {}, 60)));
    await adapter.upsert('expired', {}, -1);
    await adapter.upsert('new', {}, 60);
    expect(await adapter.find('kept')).toBeDefined();
    await adapter.upsert('kept', {}, 60);
    await adapter.upsert('newer', {}, 60);
    expect(await adapter.find('0')).toBeUndefined();
    expect(await adapter.find('1')).toBeDefined();
    expect(await adapter.find('kept')).toBeDefined();
  });

  it('is written as a whole: no draft stays behind', async () => {
    const file = newFile();
    const adapter = (await openProviderStore(file)).adapter('Grant');
    await Promise.all(Array.from({ length: 50 }, (_, at) => adapter.upsert(`${at}`, {}, 60)));
    expect(readdirSync(join(file, '..'))).toEqual(['state.json']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveLength(50);
  });

  it('fails loudly when it cannot be written', async () => {
    const file = newFile();
    const adapter = (await openProviderStore(join(file))).adapter('Grant');
    await adapter.upsert('a', {}, 60);
    rmSync(file);
    mkdirSync(join(file, 'x'), { recursive: true });
    await expect(adapter.upsert('b', {}, 60)).rejects.toThrow();
    expect(readdirSync(join(file, '..'))).toEqual(['state.json']);
  });
});
