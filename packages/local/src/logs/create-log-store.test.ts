import { appendFileSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createLogStore } from './create-log-store.ts';
import { parseFilterPattern } from './filter-pattern.ts';

const GROUP = '/aws/lambda/echo';
const folder = () => mkdtempSync(join(tmpdir(), 'logs-'));

describe('the log store', () => {
  it('gives every line an id of its own, in the order they came', () => {
    const store = createLogStore();
    for (const message of ['a', 'b', 'a']) store.append(GROUP, 's', message, 1000);
    const ids = store.events(GROUP)?.map(({ eventId }) => eventId) ?? [];
    expect(new Set(ids).size).toBe(3);
    expect([...ids].sort()).toEqual(ids);
    expect(store.events('/none')).toBeUndefined();
  });

  it('finds everything again under the same ids, and goes on from there', async () => {
    const dir = folder();
    const first = createLogStore({ dir });
    first.append(GROUP, 's', 'before', 1000);
    const before = first.events(GROUP);
    await first.close();
    const second = createLogStore({ dir });
    expect(second.groups()).toEqual([GROUP]);
    expect(second.events(GROUP)).toEqual(before);
    second.append(GROUP, 's', 'after', 1000);
    expect(new Set(second.events(GROUP)?.map(({ eventId }) => eventId)).size).toBe(2);
    await second.close();
  });

  it('writes by itself after a moment', async () => {
    const dir = folder();
    createLogStore({ dir }).append(GROUP, 's', 'line', 1000);
    const endMs = Date.now() + 5000;
    while (createLogStore({ dir }).events(GROUP)?.length !== 1) {
      if (Date.now() > endMs) throw new Error('nothing was written');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });

  it('leaves out a line that was cut short', async () => {
    const dir = folder();
    const store = createLogStore({ dir });
    store.append(GROUP, 's', 'whole', 1000);
    await store.close();
    appendFileSync(join(dir, readdirSync(dir)[0] ?? ''), '{"eventId":"1","mess');
    expect(
      createLogStore({ dir })
        .events(GROUP)
        ?.map(({ message }) => message),
    ).toEqual(['whole']);
  });

  it('forgets the oldest lines, in memory and on disk', async () => {
    const dir = folder();
    const store = createLogStore({ dir, maxBytesPerGroup: 1000 });
    for (let at = 0; at < 500; at += 1) store.append(GROUP, 's', `line ${at}`, 1000);
    await store.close();
    const kept = store.events(GROUP)?.map(({ message }) => message) ?? [];
    expect(kept.at(-1)).toBe('line 499');
    expect(kept.length).toBeLessThan(40);
    expect(kept.length).toBeGreaterThan(20);
    expect(readFileSync(join(dir, readdirSync(dir)[0] ?? ''), 'utf8').split('\n')).toHaveLength(kept.length + 1);
  });
});

describe('parseFilterPattern', () => {
  const json = 'INFO\t{"code":"a.b","n":1,"deep":{"x":"y"},"list":[]}';
  it.each([
    ['', json, true],
    ['code', json, true],
    ['code absent', json, false],
    ['code -absent', json, true],
    ['-code', json, false],
    ['"{\\"code"', 'x', false],
    ['"a b"', 'x a b', true],
    ['{ $.code = "a.b" }', json, true],
    ['{ $.code != "a.b" }', json, false],
    ['{ $.code != "c" }', json, true],
    ['{$.code="a.*"}', json, true],
    ['{ $.code = "*.b" }', json, true],
    ['{ $.code = * }', json, true],
    ['{ $.n = 1 }', json, true],
    ['{ $.deep.x = "y" }', json, true],
    ['{ $.deep = "y" }', json, false],
    ['{ $.list = "*" }', json, false],
    ['{ $.constructor = "*" }', json, false],
    ['{ $.code = "a.b" }', 'no json', false],
    ['{ $.code = "a.b" && $.n = 1 }', json, true],
    ['{ $.code = "a.b" && $.n = 2 }', json, false],
    ['{ $.code = "x" || $.n = 1 }', json, true],
    ['{ $.n = 1 || $.n = 1 && $.n = 2 }', json, true],
    ['{ ($.n = 1 || $.n = 1) && $.n = 2 }', json, false],
    ['{ ($.code = "x") || (($.deep.x = "y") && ($.n != 2)) }', json, true],
  ])('%s on %s: %s', (pattern, message, expected) => {
    expect(parseFilterPattern(pattern)?.(message) ?? 'refused').toBe(pattern === '"{\\"code"' ? 'refused' : expected);
  });

  it.each([
    '{ $.a = 1 && }',
    '{ ($.a = 1 }',
    '{ $.a = 1 ) }',
    '{ $.a = 1 $.b = 2 }',
    '{ }',
    '{ $.a = 1',
    '{ $.a > 1 }',
    '%a.*%',
    '[a, b]',
    '?a ?b',
    '"open',
  ])('does not understand %s', (pattern) => {
    expect(parseFilterPattern(pattern)).toBeUndefined();
  });
});
