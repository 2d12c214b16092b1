import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bearer, eventually, type SharedDev, sharedDev } from './dev.ts';

const ROOT = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

let dev: SharedDev;
beforeAll(async () => {
  dev = await sharedDev();
});
afterAll(() => dev?.assertNoLogHasTokens());

describe('the walk for programs in docs/api.md', () => {
  it('runs as printed', async () => {
    const page = readFileSync(join(ROOT, 'docs/api.md'), 'utf8');
    const printed = /^## A walk for programs\n.*?^```sh\n(.*?)^```/ms.exec(page)?.[1] ?? '';
    // Only what is elsewhere in this test is put elsewhere.
    const elsewhere = [
      ['API=http://127.0.0.1:3000', `API=${dev.api}`],
      ['scripts/token --service', `scripts/token --service --idp-port ${new URL(dev.provider).port}`],
    ] as const;
    const script = elsewhere.reduce((text, [from, to]) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    }, printed);
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: ROOT });
    const lines = stdout.trim().split('\n');
    const [got, changed, changedAgain, ofUser, all, ended, gone] = lines.map((line) => JSON.parse(line));
    expect(lines).toHaveLength(7);
    const { sessionId } = got.data;
    expect(lines[0]).toContain('"data":{"guild":175928847299117063}');
    expect(changed).toMatchObject({ success: true, data: { sessionId, version: 2, data: { role: 'owner' } } });
    expect(changedAgain).toMatchObject({ success: true, data: { version: 3 } });
    expect(ofUser).toMatchObject({ success: true, data: { sessions: [{ sessionId }] } });
    // There are other users.
    expect(all.data.sessions).toContainEqual(expect.objectContaining({ sessionId }));
    for (const line of [lines[3], lines[4]]) expect(line).toContain('"data":{"guild":175928847299117064}');
    expect(ended).toMatchObject({ success: true, data: { revoked: 1, userId: 'alice' } });
    expect(gone).toMatchObject({ success: false, error: { code: 'SESSION_ENDED' } });
  });
});

it.each(['/health', '/ready'])('HEAD %s answers as GET does, without content', async (path) => {
  const response = await fetch(dev.api + path, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.text()).toBe('');
});

/** The tokens of any JSON value, as some client may write it: JavaScript's own `JSON.stringify` writes few of them. */
const { value: anyValue, object: anyObject } = fc.letrec<Record<'value' | 'object' | 'list' | 'scalar', string[]>>(
  (tie) => ({
    scalar: fc
      .oneof(
        fc.stringMatching(/^-?(0|[1-9]\d{0,40})(\.\d{1,30})?([eE][+-]?\d{1,2})?$/),
        fc.stringMatching(/^[1-9]\d{309,400}$/),
        fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
        fc.constantFrom(
          'true',
          'false',
          'null',
          '"\\u0041\\/\\ud83d\\ude00"',
          '"\uFFFD\uFFFE\uFFFF"',
          '"\u2028 \u007f"',
        ),
      )
      .map((token) => [token]),
    list: fc.array(tie('value'), { maxLength: 4 }).map((items) => ['[', ...joined(items), ']']),
    object: fc
      .array(fc.tuple(anyName(), tie('value')), { maxLength: 5 })
      .map((members) => ['{', ...joined(members.map(([name, member]) => [name, ':', ...member])), '}']),
    value: fc.oneof({ maxDepth: 5, withCrossShrink: true }, tie('scalar'), tie('object'), tie('list')),
  }),
);

function anyName() {
  const names = ['constructor', 'prototype', 'toString', '', '1', '0', 'a', 'data', 'toJSON', 'text'];
  return fc
    .oneof(fc.constantFrom(...names), fc.string({ unit: 'grapheme' }))
    .filter((name) => name !== '__proto__')
    .map((name) => JSON.stringify(name));
}

function joined(parts: readonly string[][]): string[] {
  return parts.flatMap((part, index) => (index === 0 ? part : [',', ...part]));
}

const anyData = fc.tuple(
  fc
    .tuple(anyName(), anyValue, anyObject)
    .map(([name, member, nested]) => [...['{', name, ':', ...member, ',', '"nested"', ':'], ...[...nested, '}']]),
  fc.constantFrom('', ' ', '\n\t', '\r\n  '),
);

describe('data of customers', () => {
  it('comes back to the letter from every route that returns it, but for the white space', async () => {
    const service = await dev.serviceToken();
    const admin = await dev.token('admin');
    await send('POST', '/users/me/sessions', admin);
    let people = 0;
    await fc.assert(
      fc.asyncProperty(anyData, async ([tokens, space]) => {
        const exact = `"data":${tokens.join('')}`;
        fc.pre(Buffer.byteLength(exact) < 8 * 1024);
        const sent = `"data":${space}${tokens.join(space)}${space}`;
        const expectBack = async (...request: Parameters<typeof send>) => {
          const { status, text } = await send(...request);
          expect({ request: request.slice(0, 2), ok: status < 300, text }).toMatchObject({ ok: true });
          expect(text).toContain(exact);
          return JSON.parse(text.split('\n')[0] ?? '').data;
        };
        people += 1;
        const person = `exact${people}`;
        const made = await expectBack('POST', '/sessions', service, `{"userId":"${person}",${sent}}`);
        await expectBack('GET', `/sessions/${made.sessionId}`, service);
        await send('PUT', `/sessions/${made.sessionId}`, service, '{"data":{}}');
        await expectBack('PUT', `/sessions/${made.sessionId}`, service, `{${sent}}`);
        await expectBack('GET', `/sessions/user/${made.userKey}?include=data`, service);
        await expectBack('GET', '/sessions?include=data&limit=100', service);
        await send('DELETE', `/sessions/${made.sessionId}`, service);

        const token = await dev.newLogin(person);
        const own = await expectBack('POST', '/users/me/sessions', token, `{${sent}}`);
        await expectBack('POST', '/users/me/sessions', token, '{}');
        await expectBack('POST', '/auth/bootstrap-session', token, '{}');
        await expectBack('GET', `/sessions/${own.sessionId}`, token);
        await expectBack('GET', '/users/me/sessions?include=data', token);
        await expectBack('GET', '/users/me/export', token);
        await send('PUT', `/sessions/${own.sessionId}`, token, '{"data":{}}');

        const event = `{"type":"exact.sent",${sent}}`;
        const posted = await send('POST', '/users/me/events', token, people % 2 === 0 ? event : `[${event}]`);
        expect(posted.status).toBe(202);
        await eventually('the event', async () => {
          const { text } = await send('GET', '/users/me/events', token);
          return text.includes('exact.sent') ? true : undefined;
        });
        await expectBack('GET', '/users/me/events', token);
        await expectBack('GET', `/users/${made.userKey}/events`, admin);
        const { headers } = await send('GET', '/users/me/export', token);
        // Its first page has the session, the next one the events.
        await expectBack('GET', `/users/me/export?cursor=${headers.get('x-next-cursor')}`, token);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  }, 180_000);

  it('is refused with a reason where a number or a name cannot be kept', async () => {
    const service = await dev.serviceToken();
    for (const data of ['{"n":1e999}', '{"a":{"__proto__":1}}', '{"\\u005f_proto__":1}', '{"a":"\\ud800"}']) {
      const { status, text } = await send('POST', '/sessions', service, `{"userId":"bob","data":${data}}`);
      expect({ data, status, text }).toMatchObject({ status: 400, text: expect.stringContaining('MALFORMED_JSON') });
    }
  });
});

async function send(method: string, path: string, token: string, body?: string) {
  const headers = {
    ...bearer(token),
    ...(body === undefined ? {} : { 'content-type': 'Application/JSON; charset=utf8; v=1;' }),
  };
  const response = await fetch(dev.api + path, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
