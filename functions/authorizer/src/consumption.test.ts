import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { METERED } from '@cloakroom/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { START, tableFixture, token } from './table-fixture.ts';

/** docs/cost.md is made of the numbers in this file: change both. */
const { get, query, update } = METERED;

const BATCH = 25;

describe.each(['strict', 'user'] as const)('a request, with %s binding', (binding) => {
  let world: Awaited<ReturnType<typeof tableFixture>>;
  beforeAll(async () => {
    world = await tableFixture(binding);
    await world.open(token({ sub: 'ada' }));
  });
  beforeEach(async () => {
    await world.takeRequests();
    world.inputs.length = 0;
    world.state.nowSeconds = START;
  });
  const read = binding === 'strict' ? get : query;

  it('costs one strongly consistent read of one unit, and no write', async () => {
    expect(await world.mayCall(token({ sub: 'ada' }))).toBe(true);
    expect(await world.takeRequests()).toEqual([read]);
  });

  it('reads the table itself and never an index, and never what may be stale', async () => {
    await world.mayCall(token({ sub: 'ada' }));
    await world.mayCall(token({ sub: 'ada', origin_jti: 'o-2' }));
    for (const input of world.inputs) {
      expect(input).toMatchObject({ ConsistentRead: true });
      expect(input).not.toHaveProperty('IndexName');
    }
  });

  it('writes once more when a touch is due, and not again before the next is', async () => {
    for (const [seconds, expected] of [
      [299, [read]],
      [300, [read, update]],
      [301, [read]],
      [599, [read]],
      [600, [read, update]],
    ] as const) {
      world.state.nowSeconds = START + seconds;
      expect(await world.mayCall(token({ sub: 'ada' }))).toBe(true);
      expect(await world.takeRequests()).toEqual(expected);
    }
  });

  it('costs nothing at all for a bad token, a bootstrap or a service', async () => {
    await expect(world.mayCall('a.b.c')).rejects.toThrow('Unauthorized');
    expect(await world.mayCall(token({ sub: 'ada' }), 'POST /users/{userId}/sessions')).toBe(true);
    const service = token({ sub: 'jobs', client_id: 'jobs', origin_jti: undefined });
    expect(await world.mayCall(service, 'POST /sessions')).toBe(true);
    expect(await world.mayCall(service, 'POST /orders')).toBe(false);
    expect(await world.takeRequests()).toEqual([]);
  });
});

describe('a request with a ticket', () => {
  it('costs one strongly consistent read of one unit, also beside other sessions, and a write where a touch is due', async () => {
    const world = await tableFixture('user');
    const { ticket } = await world.openTicket();
    await world.open(token({ sub: 'ada' }));
    await world.takeRequests();
    world.inputs.length = 0;
    for (const [seconds, expected] of [
      [299, [get]],
      [300, [get, update]],
      [301, [get]],
    ] as const) {
      world.state.nowSeconds = START + seconds;
      expect(await world.mayCallWith(ticket)).toBe(true);
      expect(await world.takeRequests()).toEqual(expected);
    }
    expect(world.inputs[0]).toMatchObject({ ConsistentRead: true });
  });

  it('costs a write where its secret is used for the first time, which is that of a touch where one is due', async () => {
    const world = await tableFixture();
    let { ticket } = await world.openTicket();
    for (const seconds of [10, 400]) {
      world.state.nowSeconds = START + seconds;
      const before = ticket;
      ticket = await world.rotate(ticket);
      await world.takeRequests();
      for (const [each, expected] of [
        [before, seconds === 400 ? [get, update] : [get]],
        [ticket, [get, update]],
        [ticket, [get]],
        [before, [get]],
      ] as const) {
        expect(await world.mayCallWith(each)).toBe(true);
        expect(await world.takeRequests()).toEqual(expected);
      }
      world.state.nowSeconds += 30;
      await expect(world.mayCallWith(before)).rejects.toThrow('Unauthorized');
      expect(await world.takeRequests()).toEqual([get]);
    }
  });

  it('costs nothing where it is malformed', async () => {
    const world = await tableFixture('strict');
    await expect(world.mayCallWith('a.b.c.d')).rejects.toThrow('Unauthorized');
    expect(await world.takeRequests()).toEqual([]);
  });
});

describe('a request whose session ends while it is decided', () => {
  it('costs a touch that is refused, and the reads once more', async () => {
    const world = await tableFixture('strict');
    const session = await world.open(token({ sub: 'ada' }));
    world.state.nowSeconds = START + 300;
    world.state.before = async (name) => {
      if (name === 'UpdateItemCommand') await world.end(session);
    };
    expect(await world.mayCall(token({ sub: 'ada' }))).toBe(false);
    const refused = { name: 'UpdateItemCommand', error: 'ConditionalCheckFailedException' };
    expect(await world.takeRequests()).toEqual([get, refused, get]);
  });
});

describe('a login that another session of its user lets in', () => {
  it('costs one Query and one GetItem, also for a user with 4,000 ended sessions', async () => {
    const world = await tableFixture('user');
    await world.open(token({ sub: 'ada' }));
    await putEnded(world, 4000);
    expect(await world.mayCall(token({ sub: 'ada', origin_jti: 'o-2' }))).toBe(true);
    expect(await world.takeRequests()).toEqual([query, get]);
  });

  it('costs one GetItem more where it is known by its sid', async () => {
    const world = await tableFixture('user');
    const bySid = { iss: 'https://sid.example', sub: 'ada', origin_jti: undefined };
    await world.open(token({ ...bySid, sid: 's-1' }));
    await world.takeRequests();
    expect(await world.mayCall(token({ ...bySid, sid: 's-2' }))).toBe(true);
    expect(await world.takeRequests()).toEqual([query, get, get]);
  });

  it('costs one Query when it is refused by the watermark', async () => {
    const world = await tableFixture('user');
    await world.open(token({ sub: 'ada' }));
    await world.raiseWatermark(START);
    expect(await world.mayCall(token({ sub: 'ada', origin_jti: 'o-2' }))).toBe(false);
    expect(await world.takeRequests()).toEqual([query]);
  });
});

/** End markers of as many sessions of `ada`. */
async function putEnded({ real, table }: Awaited<ReturnType<typeof tableFixture>>, count: number): Promise<void> {
  const marker = (index: number) => ({
    user_key: { S: 'U#main#ada' },
    item: { S: `ENDED#${index}` },
    reason: { S: 'revoked' },
    ended_at: { N: String(START) },
  });
  for (let first = 0; first < count; first += BATCH) {
    const requests = Array.from({ length: BATCH }, (_, index) => ({ PutRequest: { Item: marker(first + index) } }));
    await real.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
}
