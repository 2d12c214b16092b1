import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS, environmentOf, environmentsOf } from './index.ts';
import { loadFolders } from './load-folders.ts';

const root = mkdtempSync(join(tmpdir(), 'cloakroom-environments-'));
afterAll(() => rmSync(root, { recursive: true }));

function write(folder: string, file: string, text: string): void {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, file), text);
}

describe('the environments', () => {
  it('are those of the folders, and found by name', () => {
    expect(Object.keys(ENVIRONMENTS)).toEqual(expect.arrayContaining(['dev', 'prod', 'staging']));
    expect(environmentOf('prod')).toBe(ENVIRONMENTS.prod);
  });

  it.each(['production', 'toString', ''])('do not hold %j, and the known ones are named', (name) => {
    const others = `there is no environment ${name}: there are dev, `;
    expect(() => environmentOf(name)).toThrow(others);
    expect(() => environmentOf(name, ['local'])).toThrow(/, local$/);
  });

  it('are any number, by whatever name they are exported', async () => {
    write('qa-2', 'environment.ts', "export const qa2: { name: string } = { name: 'qa-2' };\n");
    write('live', 'environment.ts', "export const note = 1;\nexport const environment = { name: 'live' };\n");
    write('live', 'routes.ts', 'export const own = {};\n');
    write('notes', 'README.md', 'no environment');
    expect(environmentsOf(await loadFolders('environment.ts', root))).toEqual({
      environments: { live: { name: 'live' }, 'qa-2': { name: 'qa-2' } },
      problems: {},
    });
    expect(Object.keys(await loadFolders('routes.ts', root))).toEqual(['live']);
  });

  it('must have the name of their folder', () => {
    expect(environmentsOf({ live: { exported: { prod: { name: 'prod' } } } })).toEqual({
      environments: {},
      problems: { live: expect.objectContaining({ message: expect.stringContaining("with the name 'live'") }) },
    });
  });

  it('are none the worse for one that cannot be loaded, and that one says why', async () => {
    write('torn', 'environment.ts', 'export const torn = {');
    const { environments, problems } = environmentsOf(await loadFolders('environment.ts', root));
    expect(Object.keys(environments)).toEqual(['live', 'qa-2']);
    expect(problems).toEqual({
      torn: expect.objectContaining({ message: expect.stringMatching(/torn\/environment\.ts cannot be loaded: ./) }),
    });
  });
});
