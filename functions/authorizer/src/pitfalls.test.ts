import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { signInAtWebApp } from '@cloakroom/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SimpleAnswer } from './answer.ts';
import { APP, createWorld, httpApi, TICKETS } from './authorizer-fixture.ts';
import { DAY, START, tableFixture, token } from './table-fixture.ts';

const ada = (claims: object = {}) => token({ sub: 'ada', ...claims });
const BOOTSTRAP = 'POST /users/{userId}/sessions';

/** The reasons of what was counted as denied. */
function denialsOf({ telemetry }: Awaited<ReturnType<typeof tableFixture>>): unknown[] {
  const denied = telemetry.counts.filter(({ metric }) => metric === 'AuthorizerDenied');
  return denied.map(({ dimensions }) => dimensions.reason);
}

describe.each(['strict', 'user'] as const)('with %s binding', (binding) => {
  let world: Awaited<ReturnType<typeof tableFixture>>;
  beforeEach(async () => {
    world = await tableFixture(binding);
  });

  it('a bootstrap decides about itself alone: the same token is refused on the very next route', async () => {
    expect(await world.mayCall(ada(), BOOTSTRAP)).toBe(true);
    expect(await world.mayCall(ada())).toBe(false);
    expect(await world.mayCall(ada(), BOOTSTRAP)).toBe(true);
  });

  it('a session counts at the very next request after it was made, and no more at the very next after it ended', async () => {
    for (let round = 0; round < 5; round += 1) {
      const bearer = ada({ origin_jti: `o-${round}` });
      expect(await world.mayCall(bearer)).toBe(false);
      const session = await world.open(bearer);
      expect(await world.mayCall(bearer)).toBe(true);
      await world.end(session);
      expect(await world.mayCall(bearer)).toBe(false);
    }
  });

  it('an ended login stays ended, however often its token is refreshed, also beside another session', async () => {
    const session = await world.open(ada());
    await world.open(ada({ origin_jti: 'o-2' }));
    await world.end(session);
    for (const iat of [START, START + 1, START + 5]) {
      expect(await world.mayCall(ada({ iat, exp: iat + 600, jti: String(iat) }))).toBe(false);
      await expect(world.open(ada({ iat }))).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    }
    expect(await world.mayCall(ada({ origin_jti: 'o-2' }))).toBe(true);
  });

  it('a login that was never used opens nothing after all were ended, and a new sign-in does', async () => {
    const kept = ada({ origin_jti: 'kept' });
    const unused = ada({ origin_jti: 'unused' });
    await world.open(kept);
    await world.raiseWatermark(START + 5);
    expect(await world.mayCall(unused)).toBe(false);
    await expect(world.open(unused)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    expect(await world.mayCall(kept)).toBe(true);
    world.state.nowSeconds = START + 10;
    const again = ada({ origin_jti: 'new', auth_time: START + 6 });
    await world.open(again);
    expect(await world.mayCall(again)).toBe(true);
    expect(await world.mayCall(unused)).toBe(false);
  });

  it('a login that ended opens nothing when its marker is gone: it is too old by then', async () => {
    const session = await world.open(ada());
    await world.end(session);
    world.state.nowSeconds = START - 60 + 30 * DAY;
    await world.forget(`ENDED#${session.id}`);
    await world.open(ada({ origin_jti: 'o-2', auth_time: world.state.nowSeconds - 1 }));
    expect(await world.mayCall(ada())).toBe(false);
  });

  it('two tabs that create at once share one session, and both get in', async () => {
    const [one, two] = [ada({ jti: '1' }), ada({ jti: '2' })];
    const [first, second] = await Promise.all([world.open(one), world.open(two)]);
    expect(first.id).toBe(second.id);
    expect([await world.mayCall(one), await world.mayCall(two)]).toEqual([true, true]);
    await world.end(first);
    expect([await world.mayCall(one), await world.mayCall(two)]).toEqual([false, false]);
  });

  it('a touch never brings back a session that ended while the request was decided', async () => {
    const session = await world.open(ada());
    world.state.nowSeconds = START + 3600;
    world.state.before = async (name) => {
      if (name === 'UpdateItemCommand') await world.end(session);
    };
    expect(await world.mayCall(ada())).toBe(false);
    expect(denialsOf(world)).toEqual(['session_ended']);
    await expect(world.store.get(session.user, session.id)).resolves.toBeUndefined();
  });

  it('a record lets nobody in, neither its user nor whoever made it', async () => {
    await world.record();
    for (const sub of ['ada', 'jobs']) expect(await world.mayCall(ada({ sub }))).toBe(false);
  });

  it('a session of a web app lets nobody in, and is in nobody’s way', async () => {
    const user = { issuer: 'main', sub: 'ada' };
    await signInAtWebApp(world.real, world.table, { user, nowSeconds: START });
    expect(await world.mayCall(ada())).toBe(false);
    expect(denialsOf(world)).toEqual(['session_required']);
    await world.open(ada());
    expect(await world.mayCall(ada())).toBe(true);
  });

  it('a session that has expired and is still in the table lets nobody in', async () => {
    await world.open(ada());
    world.state.nowSeconds = START + 10 * DAY + 299;
    expect(await world.mayCall(ada())).toBe(true);
    world.state.nowSeconds += 10 * DAY + 300;
    expect(await world.mayCall(ada())).toBe(false);
    expect(denialsOf(world)).toEqual(['session_expired']);
  });

  it('the same subject at two issuers is two users: one’s session lets the other in nowhere', async () => {
    const there = ada({ iss: 'https://other.example' });
    const session = await world.open(ada());
    expect([await world.mayCall(ada()), await world.mayCall(there)]).toEqual([true, false]);
    await world.open(there);
    await world.end(session);
    expect([await world.mayCall(ada()), await world.mayCall(there)]).toEqual([false, true]);
  });

  it('a claim that comes or changes beside the login claim gives a login no second identity', async () => {
    const bySid = (claims: object) => ada({ iss: 'https://sid.example', origin_jti: undefined, sid: 's-1', ...claims });
    const session = await world.open(bySid({}));
    for (const claims of [{ auth_time: START - 5 }, { origin_jti: 'x' }, { jti: 'j', session_state: 'other' }]) {
      expect(await world.mayCall(bySid(claims))).toBe(true);
    }
    await world.end(session);
    for (const claims of [{}, { auth_time: START - 5 }, { origin_jti: 'x' }]) {
      expect(await world.mayCall(bySid(claims))).toBe(false);
      await expect(world.open(bySid(claims))).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    }
    await expect(world.mayCall(bySid({ sid: undefined }))).rejects.toThrow('Unauthorized');
  });

  it('an ended login comes back through no other client, refreshed or not, of its session at the provider', async () => {
    const bySid = (claims: object) => ada({ iss: 'https://sid.example', origin_jti: undefined, sid: 's-1', ...claims });
    await world.open(bySid({ sid: 's-2' }));
    await world.end(await world.open(bySid({})));
    for (const claims of [{}, { client_id: 'app' }, { client_id: 'app', auth_time: START - 1 }]) {
      expect(await world.mayCall(bySid(claims))).toBe(false);
      const out = { code: 'LOGIN_ENDED', remedy: 'sign_out_at_provider' };
      await expect(world.open(bySid(claims))).rejects.toMatchObject(out);
    }
    expect(await world.mayCall(bySid({ sid: 's-3' }))).toBe(binding === 'user');
  });
});

describe('a ticket', () => {
  let world: Awaited<ReturnType<typeof tableFixture>>;
  beforeEach(async () => {
    world = await tableFixture();
  });
  const isRefused = (ticket: string) => expect(world.mayCallWith(ticket)).rejects.toEqual(new Error('Unauthorized'));
  const reasons = () => world.telemetry.lines.map(({ fields }) => fields.reason);

  it('counts at the very next request after it was made, and no more at the very next after it ended', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { session, ticket } = await world.openTicket();
      expect(await world.mayCallWith(ticket)).toBe(true);
      await world.end(session);
      await isRefused(ticket);
      world.state.nowSeconds += 60;
    }
  });

  it('of one device says nothing of another: one ends the other, and stays', async () => {
    const [one, two] = [await world.openTicket(), await world.openTicket()];
    await world.end(one.session);
    await isRefused(one.ticket);
    expect(await world.mayCallWith(two.ticket)).toBe(true);
    expect(await world.mayCallWith(two.ticket, BOOTSTRAP)).toBe(true);
  });

  it('cannot be made of what the table holds of it', async () => {
    const { session, ticket } = await world.openTicket();
    const [key, id, family, secret] = ticket.split('.');
    const Key = { user_key: { S: 'U#main#ada' }, item: { S: `SESSION#${session.id}` } };
    const { Item } = await world.real.send(new GetItemCommand({ TableName: world.table, Key }));
    const held = Object.values(Item ?? {}).flatMap(({ S }) => (S === undefined ? [] : [S, S.slice(0, 22)]));
    expect(held.length).toBeGreaterThan(10);
    expect(JSON.stringify(Item)).not.toContain(family);
    expect(JSON.stringify(Item)).not.toContain(secret);
    for (const text of held) {
      for (const made of [
        [text, text],
        [family, text],
        [text, secret],
      ])
        await isRefused([key, id, ...made].join('.'));
    }
    expect(await world.mayCallWith(ticket)).toBe(true);
  });

  it('never ends by a request with another secret or family, which anybody could send', async () => {
    const { session, ticket } = await world.openTicket();
    const { ticket: other } = await world.openTicket();
    const [key, id, family] = ticket.split('.');
    const [, , otherFamily, otherSecret] = other.split('.');
    await isRefused([key, id, otherFamily, otherSecret].join('.'));
    await isRefused([key, id, family, otherSecret].join('.'));
    expect(reasons()).toEqual(['ticket_stranger', 'ticket_reused']);
    expect(await world.mayCallWith(ticket)).toBe(true);
    await expect(world.store.getEnded(session.user, session.id)).resolves.toBeUndefined();
  });

  it('that has expired and is still in the table lets nobody in', async () => {
    const { ticket } = await world.openTicket();
    world.state.nowSeconds = START + 1800 + 299;
    expect(await world.mayCallWith(ticket)).toBe(true);
    world.state.nowSeconds += 1800 + 300;
    await isRefused(ticket);
    expect(reasons().at(-1)).toBe('ticket_expired');
  });

  it('is not brought back by a touch when it ends while the request is decided', async () => {
    const { session, ticket } = await world.openTicket();
    world.state.nowSeconds = START + 600;
    world.state.before = async (name) => {
      if (name === 'UpdateItemCommand') await world.end(session);
    };
    await isRefused(ticket);
    await expect(world.store.get(session.user, session.id)).resolves.toBeUndefined();
  });

  it('idles out behind a page that asks by itself', async () => {
    const { ticket } = await world.openTicket();
    const headers = { 'x-cloakroom-csrf': '1', 'x-cloakroom-background': '1', origin: APP };
    const poll = () => world.authorize(httpApi({ headers, cookies: [`${TICKETS.cookieName}=${ticket}`] }));
    for (let seconds = 0; seconds < 1800 + 300; seconds += 60) {
      world.state.nowSeconds = START + seconds;
      await expect(poll()).resolves.toMatchObject({ isAuthorized: true });
    }
    world.state.nowSeconds = START + 1800 + 300;
    await expect(poll()).rejects.toEqual(new Error('Unauthorized'));
  });
});

describe('the answer to an HTTP API', () => {
  it('is an authorizer’s and no HTTP response, with a real boolean: the text "false" would be true', async () => {
    const denied = await createWorld({ stored: [undefined] }).authorize(httpApi());
    expect(denied).toStrictEqual({ isAuthorized: false });
    const allowed = await createWorld().authorize(httpApi());
    expect(Object.keys(allowed).toSorted()).toEqual(['context', 'isAuthorized']);
    expect((allowed as SimpleAnswer).isAuthorized).toStrictEqual(true);
  });
});

describe('the path that a client wrote', () => {
  it('decides nothing: the route is its key and its parameters', async () => {
    const piece = fc.constantFrom(
      '/',
      '//',
      'users',
      'ada',
      'sessions',
      '%2F',
      '%3F',
      '?',
      '#',
      '..',
      ';',
      '/users/ada/sessions',
    );
    const path = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    await fc.assert(
      fc.asyncProperty(path, fc.constantFrom('GET', 'POST', 'DELETE'), async (rawPath, method) => {
        const event = {
          rawPath,
          rawQueryString: rawPath,
          requestContext: { http: { method, path: rawPath }, routeKey: BOOTSTRAP },
          routeKey: `${method} /users/{userId}/events`,
        };
        const { authorize } = createWorld({ stored: [undefined] });
        await expect(authorize(httpApi(event))).resolves.toEqual({ isAuthorized: false });
        const bootstrap = await createWorld().authorize(httpApi({ ...event, routeKey: BOOTSTRAP }));
        expect(bootstrap).toMatchObject({ context: { bootstrap: 'true' } });
      }),
    );
  });
});
