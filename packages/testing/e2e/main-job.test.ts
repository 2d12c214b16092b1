import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Dev, eventually, get, post, startDev } from './dev.ts';

let dev: Dev;
beforeAll(async () => {
  dev = await startDev();
});
afterAll(() => dev?.stop());

describe('the main job', () => {
  it('asks for a session, makes one, and then opens the API to it', async () => {
    const token = await dev.printedToken('alice');
    const events = `${dev.api}/users/alice/events`;
    expect(await get(events, token)).toMatchObject({ status: 403, body: { message: 'Forbidden' } });

    const created = await post(`${dev.api}/users/alice/sessions`, token, { device: 'laptop', data: { theme: 'dark' } });
    expect(created.status).toBe(200);
    expect(created.body).toMatchObject({
      success: true,
      data: { userId: 'alice', isActive: true, current: true, device: 'laptop', data: { theme: 'dark' }, version: 1 },
    });

    const queued = await post(events, token, { type: 'door.opened', data: { door: 7 } });
    expect(queued.status).toBe(202);
    const [id] = queued.body.data.ids;
    const stored = await eventually(
      'the event is listed',
      async () => {
        const { body } = await get(events, token);
        return body.data.events.find((event: { id: string }) => event.id === id);
      },
      2000,
    );
    expect(stored).toMatchObject({ type: 'door.opened', data: { door: 7 } });
  });

  it('gives a repeated sign-in the session it already has', async () => {
    const token = await dev.printedToken('bertha');
    const first = await post(`${dev.api}/users/bertha/sessions`, token);
    const again = await post(`${dev.api}/users/bertha/sessions`, await dev.printedToken('bertha'));
    const elsewhere = await post(`${dev.api}/auth/bootstrap-session`, token);
    expect(first.status).toBe(200);
    expect(again.body.data.sessionId).toBe(first.body.data.sessionId);
    expect(elsewhere.body.data.sessionId).toBe(first.body.data.sessionId);
  });

  it('makes one session of 20 parallel first requests of one login', async () => {
    const token = await dev.token('carl');
    const url = `${dev.api}/users/carl/sessions`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(url, token)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map(({ body }) => body.data.sessionId)).size).toBe(1);
  });

  it('makes another session of another login, and opens the API to both', async () => {
    const first = await dev.printedToken('dora');
    const second = await dev.printedToken('dora', '--new-login');
    const url = `${dev.api}/users/dora/sessions`;
    const ids = [await post(url, first), await post(url, second)].map(({ body }) => body.data.sessionId);
    expect(new Set(ids).size).toBe(2);
    for (const token of [first, second]) expect((await get(`${dev.api}/users/dora/events`, token)).status).toBe(200);
  });

  it("keeps one user out of another's paths, with and without a session", async () => {
    const token = await dev.token('eve');
    const refused = async () => {
      expect((await post(`${dev.api}/users/bob/sessions`, token)).status).toBe(403);
      expect((await post(`${dev.api}/users/bob/events`, token, { type: 'a.b', data: {} })).status).toBe(403);
    };
    await refused();
    expect((await post(`${dev.api}/users/eve/sessions`, token)).status).toBe(200);
    await refused();
    expect((await get(`${dev.api}/users/bob/events`, token)).body).toMatchObject({ error: { code: 'FORBIDDEN' } });
  });

  it('tells its health to everyone, and whether each dependency answers', async () => {
    expect(await get(`${dev.api}/health`)).toMatchObject({ status: 200, body: { success: true } });
    expect(await get(`${dev.api}/ready`)).toMatchObject({ status: 200, body: { success: true } });
  });
});
