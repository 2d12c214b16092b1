import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { makeProducts } from './dev-products.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloakroom-products-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('the stack is synthesized when something that it is made of has changed, or it is gone, and only then', async () => {
  const steps: string[] = [];
  const make = async (...overlay: readonly string[]) => {
    steps.length = 0;
    const places = { distDir: join(folder, 'dist'), stackDir: join(folder, 'stack') };
    const say = (step: string) => steps.push(step);
    const file = await makeProducts({ ...places, overlay, say, signal: new AbortController().signal });
    return { file, steps: [...steps] };
  };
  const first = await make();
  expect(first.steps).toEqual(['build', 'synth']);
  expect((await make()).steps).toEqual(['build']);
  expect((await make('--api-url=http://127.0.0.1:3999')).steps).toEqual(['build', 'synth']);
  expect((await make()).steps).toEqual(['build', 'synth']);
  rmSync(first.file);
  expect((await make()).steps).toEqual(['build', 'synth']);
}, 120_000);
