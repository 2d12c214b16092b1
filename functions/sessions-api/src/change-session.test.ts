import { NO_DATA } from '@cloakroom/sessions';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, anAdmin, apiFixture, DAY, failure, NOW, newUser } from './api-fixture.ts';

const GET = 'GET /sessions/{sessionId}';
const PUT = 'PUT /sessions/{sessionId}';

let api: Api;
beforeAll(async () => {
  api = await apiFixture();
});

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

describe('the data of a session', () => {
  it('goes from version to version, each named by the ETag before', async () => {
    const { caller, sessionId } = await api.signIn(newUser());
    let { etag } = (await api.call(GET, { caller, sessionId })).headers;
    expect(etag).toBe('"0"');
    for (const [index, data] of [{ a: 1 }, { b: [{ c: null }] }, {}].entries()) {
      const answer = await api.call(PUT, { caller, sessionId, body: { data }, ifMatch: etag });
      expect(answer).toMatchObject({ status: 200, data: { sessionId, current: true, version: index + 1 } });
      expect(answer.data.data).toEqual(data);
      etag = answer.headers.etag;
    }
    expect((await api.call(GET, { caller, sessionId })).headers.etag).toBe(etag);
  });

  it('is not lost to a writer who has read an older version', async () => {
    const user = newUser();
    const { caller, sessionId } = await api.signIn(user, { data: { n: 0 } });
    const put = (n: number, ifMatch = '"1"') => api.call(PUT, { caller, sessionId, body: { data: { n } }, ifMatch });
    expect(await put(1)).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(await put(2)).toMatchObject(failure(412, 'PRECONDITION_FAILED'));
    expect(await api.call(GET, { caller, sessionId })).toMatchObject({ data: { version: 2, data: { n: 1 } } });
    expect(await put(2, '"2"')).toMatchObject({ status: 200 });
  });

  it('is taken from one of several writers at once', async () => {
    const { caller, sessionId } = await api.signIn(newUser());
    const writers = Array.from({ length: 8 }, (_, n) =>
      api.call(PUT, { caller, sessionId, body: { data: { n } }, ifMatch: '"0"' }),
    );
    const statuses = (await Promise.all(writers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => ![200, 409, 412].includes(status))).toEqual([]); // 409: lost every race
    expect(await api.call(GET, { caller, sessionId })).toMatchObject({ data: { version: 1 } });
  });

  it.each([undefined, '*'])('is replaced whatever is there with If-Match %s', async (ifMatch) => {
    const { caller, sessionId } = await api.signIn(newUser());
    for (const version of [1, 2]) {
      const answer = await api.call(PUT, { caller, sessionId, body: { data: { version } }, ifMatch });
      expect(answer).toMatchObject({ status: 200, headers: { etag: `"${version}"` }, data: { data: { version } } });
    }
  });

  it.each([undefined, '*'])(
    'must be named by its version where the environment demands it: If-Match %s',
    async (ifMatch) => {
      const strict = await apiFixture({}, true);
      const { caller, sessionId } = await strict.signIn(newUser(), { data: { kept: true } });
      const body = { data: { kept: false } };
      expect(await strict.call(PUT, { caller, sessionId, body, ifMatch })).toMatchObject(
        failure(428, 'PRECONDITION_REQUIRED'),
      );
      expect(await strict.call(GET, { caller, sessionId })).toMatchObject({ data: { data: { kept: true } } });
      expect(await strict.call(PUT, { caller, sessionId, body, ifMatch: '"1"' })).toMatchObject({ status: 200 });
      const lifetime = { idleSeconds: 600 };
      const admin = anAdmin();
      expect(await strict.call(PUT, { caller: admin, sessionId, body: { lifetime } })).toMatchObject({ status: 200 });
    },
  );

  it.each([
    ['for no tag', '', 412, 'PRECONDITION_FAILED'],
    ['for a tag without quotes', '1', 412, 'PRECONDITION_FAILED'],
    ['for a weak tag', 'W/"1"', 412, 'PRECONDITION_FAILED'],
    ['for a list of tags', '"0", "1"', 412, 'PRECONDITION_FAILED'],
    ['for another spelling of the version', '"01"', 412, 'PRECONDITION_FAILED'],
    ['for a version to come', '"2"', 412, 'PRECONDITION_FAILED'],
    ['for an endless version', `"${'9'.repeat(400)}"`, 412, 'PRECONDITION_FAILED'],
  ])('is not replaced %s', async (_, ifMatch, status, code) => {
    const { caller, sessionId } = await api.signIn(newUser(), { data: { kept: true } });
    const answer = await api.call(PUT, { caller, sessionId, body: { data: { kept: false } }, ifMatch });
    expect(answer).toMatchObject(failure(status, code));
    expect(await api.call(GET, { caller, sessionId })).toMatchObject({ data: { version: 1, data: { kept: true } } });
  });

  it('may have 8 KiB as JSON in UTF-8, and not a byte more', async () => {
    const { caller, sessionId } = await api.signIn(newUser());
    const exact = { text: '界'.repeat((8192 - '{"text":""}'.length) / 3) };
    const more = { text: `${exact.text}x` };
    expect(await api.call(PUT, { caller, sessionId, body: { data: more }, ifMatch: '"0"' })).toMatchObject(
      failure(413, 'DATA_TOO_LARGE', 'data'),
    );
    expect(await api.call(PUT, { caller, sessionId, body: { data: exact }, ifMatch: '"0"' })).toMatchObject({
      status: 200,
    });
  });

  it('is no more when the session has ended', async () => {
    const { caller, sessionId, id } = await api.signIn(newUser(), { data: { a: 1 } });
    await api.call('DELETE /sessions/{sessionId}', { caller, sessionId });
    const answer = await api.call(PUT, { caller, sessionId, body: { data: {} }, ifMatch: '"1"' });
    expect(answer).toMatchObject({ status: 410, error: { code: 'SESSION_ENDED', endedReason: 'revoked' } });
    const { issuer, userId } = caller;
    expect(await api.store.getData({ issuer, sub: userId }, id)).toEqual(NO_DATA);
  });

  it('can be replaced by an administrator, who is in the log', async () => {
    const { sessionId } = await api.signIn(newUser('guests'));
    const answer = await api.call(PUT, { caller: anAdmin(), sessionId, body: { data: { a: 1 } }, ifMatch: '"0"' });
    expect(answer).toMatchObject({ status: 200, data: { current: false, data: { a: 1 } } });
    expect(api.telemetry.lines.filter(({ code }) => code === 'session.changed').at(-1)?.fields).toMatchObject({
      by: 'admin',
      parts: ['data'],
    });
  });
});

describe('a body', () => {
  it.each<[unknown, string]>([
    [{}, 'body'],
    [[], 'body'],
    [undefined, 'body'],
    [{ data: [] }, 'data'],
    [{ data: null }, 'data'],
    [{ data: {}, version: 1 }, 'version'],
    [{ lifetime: {} }, 'lifetime'],
    [{ lifetime: { idleSeconds: 59 } }, 'lifetime.idleSeconds'],
    [{ lifetime: { idleSeconds: 60.5 } }, 'lifetime.idleSeconds'],
    [{ lifetime: { idleSeconds: 1e9 } }, 'lifetime.idleSeconds'],
    [{ lifetime: { idleSeconds: '60' } }, 'lifetime.idleSeconds'],
    [{ lifetime: { absoluteExpiresAt: iso(NOW) } }, 'lifetime.absoluteExpiresAt'],
    [{ lifetime: { absoluteExpiresAt: 'tomorrow' } }, 'lifetime.absoluteExpiresAt'],
    [{ lifetime: { absoluteExpiresAt: '2031-02-31T99:00:00Z' } }, 'lifetime.absoluteExpiresAt'],
    [{ lifetime: { absoluteExpiresAt: '2027-02-31T00:00:00Z' } }, 'lifetime.absoluteExpiresAt'],
    [{ lifetime: { absoluteExpiresAt: iso(NOW + 3650 * DAY + 1) } }, 'lifetime.absoluteExpiresAt'],
    [{ lifetime: { absoluteExpiresAt: '9999-12-31T23:59:59Z' } }, 'lifetime.absoluteExpiresAt'],
    [{ lifetime: { ttl: 60 } }, 'lifetime.ttl'],
  ])('is refused when it is %j', async (body, field) => {
    const { sessionId } = await api.signIn(newUser());
    const answer = await api.call(PUT, { caller: anAdmin(), sessionId, body, ifMatch: '"0"' });
    expect(answer).toMatchObject(failure(400, 'VALIDATION_FAILED', field));
  });
});

describe('the lifetime of a session', () => {
  it('is not for its owner to change', async () => {
    const { caller, sessionId } = await api.signIn(newUser());
    const body = { data: { a: 1 }, lifetime: { idleSeconds: 3600 } };
    expect(await api.call(PUT, { caller, sessionId, body, ifMatch: '"0"' })).toMatchObject(failure(403, 'FORBIDDEN'));
    const answer = await api.call(GET, { caller, sessionId });
    expect(answer.data).toMatchObject({ version: 0, data: {} });
    expect(answer.data).not.toHaveProperty('idleSeconds');
  });

  it('is for an administrator to change, with or without the data', async () => {
    const { sessionId } = await api.signIn(newUser(), { data: { a: 1 } });
    const admin = anAdmin();
    const absoluteExpiresAt = iso(NOW + 3 * DAY);
    const first = await api.call(PUT, { caller: admin, sessionId, body: { lifetime: { absoluteExpiresAt } } });
    expect(first).toMatchObject({ status: 200, data: { absoluteExpiresAt, expiresAt: absoluteExpiresAt, version: 1 } });
    const body = { data: { b: 2 }, lifetime: { idleSeconds: 3600 } };
    const second = await api.call(PUT, { caller: admin, sessionId, body, ifMatch: first.headers.etag });
    expect(second).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(second.data).toMatchObject({ idleSeconds: 3600, absoluteExpiresAt, data: { b: 2 } });
    expect(await api.call(GET, { caller: admin, sessionId })).toMatchObject({ data: second.data });
  });

  it('is ten years at most', async () => {
    const { sessionId } = await api.signIn(newUser());
    const body = { lifetime: { absoluteExpiresAt: iso(NOW + 3650 * DAY) } };
    expect(await api.call(PUT, { caller: anAdmin(), sessionId, body })).toMatchObject({ status: 200 });
  });

  it('is for an administrator to change of their own session, too', async () => {
    const { caller, sessionId } = await api.signIn(newUser());
    const admin = { ...caller, groups: ['admins'] };
    const answer = await api.call(PUT, { caller: admin, sessionId, body: { lifetime: { idleSeconds: 60 } } });
    expect(answer).toMatchObject({ status: 200, data: { current: true, idleSeconds: 60 } });
  });

  it('stays as it is when the version named beside it is not the one that is there', async () => {
    const { sessionId } = await api.signIn(newUser(), { data: {} });
    const lifetime = { idleSeconds: 3600 };
    for (const body of [{ lifetime }, { lifetime, data: {} }]) {
      const answer = await api.call(PUT, { caller: anAdmin(), sessionId, body, ifMatch: '"0"' });
      expect(answer).toMatchObject(failure(412, 'PRECONDITION_FAILED'));
    }
    const { data } = await api.call(GET, { caller: anAdmin(), sessionId });
    expect(data).not.toHaveProperty('idleSeconds');
    const right = await api.call(PUT, { caller: anAdmin(), sessionId, body: { lifetime }, ifMatch: '"1"' });
    expect(right).toMatchObject({ status: 200, data: lifetime });
  });

  it('ends with the session', async () => {
    const { caller, sessionId } = await api.signIn(newUser());
    await api.call('DELETE /sessions/{sessionId}', { caller, sessionId });
    const answer = await api.call(PUT, { caller: anAdmin(), sessionId, body: { lifetime: { idleSeconds: 60 } } });
    expect(answer).toMatchObject(failure(410, 'SESSION_ENDED'));
  });
});
