import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, eventually, get, post, request, type SharedDev, sharedDev } from './dev.ts';

let dev: SharedDev;
let token: string;
beforeAll(async () => {
  dev = await sharedDev();
  token = await dev.token('bart');
  await post(`${dev.api}/users/bart/sessions`, token);
});
afterAll(() => dev?.assertNoLogHasTokens());

const event = { type: 'a.b', data: {} };
const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`;

interface BadInput {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly status: number;
  readonly code: string;
  /** The input that the answer names, as a path; `null` where there is none: it is about the body as a whole. */
  readonly names: string | null;
  readonly contentType?: string;
}

const badEvents: Record<string, BadInput> = {
  'malformed JSON': { body: '{"type":', status: 400, code: 'MALFORMED_JSON', names: null },
  'no body': { body: '', status: 400, code: 'VALIDATION_FAILED', names: 'body' },
  'a number where text belongs': {
    body: '{"type":7,"data":{}}',
    status: 400,
    code: 'VALIDATION_FAILED',
    names: 'type',
  },
  'a list where an object belongs': {
    body: '{"type":"a.b","data":[]}',
    status: 400,
    code: 'VALIDATION_FAILED',
    names: 'data',
  },
  'an unknown field': {
    body: JSON.stringify({ ...event, colour: 1 }),
    status: 400,
    code: 'VALIDATION_FAILED',
    names: 'colour',
  },
  'a reserved type': {
    body: '{"type":"session.revoked","data":{}}',
    status: 400,
    code: 'VALIDATION_FAILED',
    names: 'type',
  },
  '11 events': { body: JSON.stringify(Array(11).fill(event)), status: 400, code: 'VALIDATION_FAILED', names: 'body' },
  'no event in the list': { body: '[]', status: 400, code: 'VALIDATION_FAILED', names: 'body' },
  'a 65 KiB body': {
    body: JSON.stringify({ type: 'a.b', data: { x: 'x'.repeat(65 * 1024) } }),
    status: 413,
    code: 'BODY_TOO_LARGE',
    names: null,
  },
  'data over 8 KiB': {
    body: JSON.stringify({ type: 'a.b', data: { x: 'x'.repeat(9000) } }),
    status: 413,
    code: 'DATA_TOO_LARGE',
    names: 'data',
  },
  'a prototype key': {
    body: '{"type":"a.b","data":{"__proto__":{"admin":true}}}',
    status: 400,
    code: 'MALFORMED_JSON',
    names: 'data.__proto__',
  },
  'a number that overflows': {
    body: '{"type":"a.b","data":{"n":1e999}}',
    status: 400,
    code: 'MALFORMED_JSON',
    names: 'data.n',
  },
  'a deep object': {
    body: `{"type":"a.b","data":${deep}}`,
    status: 400,
    code: 'MALFORMED_JSON',
    names: `data${'.a'.repeat(15)}`,
  },
  'an invalid UTF-8 sequence': {
    body: new Uint8Array([...Buffer.from('{"type":"a.b","data":{"x":"'), 0xc3, 0x28, ...Buffer.from('"}}')]),
    status: 400,
    code: 'MALFORMED_JSON',
    names: null,
  },
  'another content type': {
    body: JSON.stringify(event),
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    names: 'content-type',
    contentType: 'text/plain',
  },
};

describe('bad events are refused with a reason, and nothing is stored', () => {
  for (const [name, { body, status, code, names, contentType = 'application/json' }] of Object.entries(badEvents)) {
    it(name, async () => {
      const headers = { ...bearer(token), 'content-type': contentType };
      const answer = await request(`${dev.api}/users/bart/events`, { method: 'POST', headers, body });
      expect(answer).toMatchObject({ status, body: { success: false, error: { code } } });
      expect(answer.body.error.field ?? null).toEqual(names);
      expect(answer.body.requestId).toEqual(expect.any(String));
    });
  }

  it('and a good event after all of them is listed alone', async () => {
    const { body } = await post(`${dev.api}/users/bart/events`, token, event);
    const listed = await eventually('an event of the client is listed', async () => {
      const { events } = (await get(`${dev.api}/users/bart/events`, token)).body.data;
      const ids = events
        .filter(({ source }: { source: string }) => source === 'client')
        .map(({ id }: { id: string }) => id);
      return ids.includes(body.data.ids[0]) ? ids : undefined;
    });
    expect(listed).toEqual(body.data.ids);
  });
});

describe('a bad session body is refused with a reason, and no session is made', () => {
  const bodies: Record<string, [string, number, string]> = {
    'malformed JSON': ['{', 400, 'MALFORMED_JSON'],
    'an unknown field': ['{"admin":true}', 400, 'admin'],
    'a wrong type': ['{"device":{"a":[]}}', 400, 'device'],
    'data over 8 KiB': [JSON.stringify({ data: { x: 'x'.repeat(9000) } }), 413, 'data'],
    'a prototype key': ['{"data":{"a":{"__proto__":{}}}}', 400, '__proto__'],
  };
  for (const [name, [body, status, names]] of Object.entries(bodies)) {
    it(name, async () => {
      const stranger = await dev.token('mallory');
      const answer = await post(`${dev.api}/users/mallory/sessions`, stranger, body);
      expect(answer).toMatchObject({ status, body: { success: false } });
      expect(JSON.stringify(answer.body.error)).toContain(names);
      expect((await get(`${dev.api}/users/mallory/events`, stranger)).status).toBe(403);
    });
  }

  it('a request for a page that cannot be', async () => {
    const events = `${dev.api}/users/bart/events`;
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'colour=red']) {
      expect((await get(`${events}?${query}`, token)).status).toBe(400);
    }
  });
});
