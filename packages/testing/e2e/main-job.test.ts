import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, get, post, type SharedDev, sharedDev } from './dev.ts';

let dev: SharedDev;
beforeAll(async () => {
  dev = await sharedDev();
});
afterAll(() => dev?.assertNoLogHasTokens());

describe('the main job', () => {
  it('asks for a session, makes one, and then opens the API to it', async () => {
    const token = await dev.printedToken('mara');
    const events = `${dev.api}/users/mara/events`;
    expect(await get(events, token)).toMatchObject({ status: 403, body: { message: 'Forbidden' } });

    const created = await post(`${dev.api}/users/mara/sessions`, token, { device: 'laptop', data: { theme: 'dark' } });
    expect(created.status).toBe(200);
    expect(created.body).toMatchObject({
      success: true,
      data: { userId: 'mara', isActive: true, current: true, device: 'laptop', data: { theme: 'dark' }, version: 1 },
    });

    const queued = await post(events, token, { type: 'door.opened', data: { door: 7 } });
    expect(queued.status).toBe(202);
    const [id] = queued.body.data.ids;
    const stored = await eventually('the event is listed', async () => {
      const { body } = await get(events, token);
      return body.data.events.find((event: { id: string }) => event.id === id);
    });
    expect(stored).toMatchObject({ type: 'door.opened', data: { door: 7 } });
  });

  it('gives a repeated sign-in the session it already has', async () => {
    const token = await dev.printedToken('mavis');
    const first = await post(`${dev.api}/users/mavis/sessions`, token);
    const again = await post(`${dev.api}/users/mavis/sessions`, await dev.printedToken('mavis'));
    const elsewhere = await post(`${dev.api}/auth/bootstrap-session`, token);
    expect(first.status).toBe(200);
    expect(again.body.data.sessionId).toBe(first.body.data.sessionId);
    expect(elsewhere.body.data.sessionId).toBe(first.body.data.sessionId);
  });

  it('makes one session of 20 parallel first requests of one login', async () => {
    const token = await dev.token('milo');
    const url = `${dev.api}/users/milo/sessions`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(url, token)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map(({ body }) => body.data.sessionId)).size).toBe(1);
  });

  it('makes another session of another login, and opens the API to both', async () => {
    const first = await dev.printedToken('mina');
    const second = await dev.printedToken('mina', '--new-login');
    const url = `${dev.api}/users/mina/sessions`;
    const ids = [await post(url, first), await post(url, second)].map(({ body }) => body.data.sessionId);
    expect(new Set(ids).size).toBe(2);
    for (const token of [first, second]) expect((await get(`${dev.api}/users/mina/events`, token)).status).toBe(200);
  });

  it("keeps one user out of another's paths, with and without a session", async () => {
    const token = await dev.token('moira');
    const refused = async () => {
      expect((await post(`${dev.api}/users/max/sessions`, token)).status).toBe(403);
      expect((await post(`${dev.api}/users/max/events`, token, { type: 'a.b', data: {} })).status).toBe(403);
    };
    await refused();
    expect((await post(`${dev.api}/users/moira/sessions`, token)).status).toBe(200);
    await refused();
    expect((await get(`${dev.api}/users/max/events`, token)).body).toMatchObject({ error: { code: 'FORBIDDEN' } });
  });

  it('tells its health to everyone, and whether each dependency answers', async () => {
    expect(await get(`${dev.api}/health`)).toMatchObject({ status: 200, body: { success: true } });
    expect(await get(`${dev.api}/ready`)).toMatchObject({ status: 200, body: { success: true } });
  });
});
