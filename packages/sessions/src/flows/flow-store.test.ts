import { randomUUID } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import { createTestTable, testDynamoDb } from '@cloakroom/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { getItem, toItem } from '../table/table.ts';
import { flowKey, type NewFlow } from './flow.ts';
import { createFlowStore, type FlowStore } from './flow-store.ts';

const START = 1_780_000_000;
const dynamodb = testDynamoDb();
let now = START;
let table = '';
let flows: FlowStore;
beforeAll(async () => {
  table = await createTestTable(dynamodb, 'sessions');
  flows = createFlowStore({ dynamodb, table, nowMs: () => now * 1000 + 999 });
});
beforeEach(() => {
  now = START;
});
afterAll(() => dynamodb.destroy());

function aFlow(fields: Partial<NewFlow> = {}): NewFlow {
  return {
    state: randomUUID(),
    secret: randomUUID(),
    why: 'sign_in',
    issuer: 'local',
    frontend: 'https://app.example',
    returnTo: '/orders?a=1#/7',
    nonce: 'nonce',
    verifier: 'verifier',
    parameters: { ui_locales: 'de' },
    isSecond: false,
    ...fields,
  };
}

async function begun(fields: Partial<NewFlow> = {}) {
  const { secret, ...flow } = aFlow(fields);
  await flows.begin({ ...flow, secret });
  return { flow, cookie: { state: flow.state, secret } };
}

describe('a flow', () => {
  it.each<Partial<NewFlow>>([
    {},
    { why: 'left', isSecond: true, expectedSub: 'ada', passesAt: START + 6 },
    { replaces: { user: { issuer: 'local', sub: 'a#b' }, id: 'x' }, parameters: {} },
  ])('comes back as it began: %j', async (fields) => {
    const { flow, cookie } = await begun(fields);
    expect(await flows.find(cookie)).toEqual(flow);
    expect(await flows.finish(cookie)).toMatchObject({ outcome: 'first', flow });
  });

  it('is acted on once, and repeated for a minute', async () => {
    const { flow, cookie } = await begun();
    await flows.finish(cookie);
    now += 59;
    expect(await flows.finish(cookie)).toMatchObject({ outcome: 'repeated', flow });
    expect(await flows.find(cookie)).toBeUndefined();
    now += 1;
    expect(await flows.finish(cookie)).toEqual({ outcome: 'lost' });
  });

  it('is acted on once by twenty callbacks at the same time', async () => {
    const { cookie } = await begun();
    const ends = await Promise.all(Array.from({ length: 20 }, () => flows.finish(cookie)));
    expect(ends.filter(({ outcome }) => outcome === 'first')).toHaveLength(1);
    expect(ends.filter(({ outcome }) => outcome === 'repeated')).toHaveLength(19);
  });

  it('is lost after an hour', async () => {
    const { cookie } = await begun();
    now += 3599;
    expect(await flows.find(cookie)).toBeDefined();
    now += 1;
    expect(await flows.find(cookie)).toBeUndefined();
    expect(await flows.finish(cookie)).toEqual({ outcome: 'lost' });
  });

  it.each(['find', 'finish'] as const)('is not to be had by %s in another browser, nor used up by it', async (what) => {
    const { flow, cookie } = await begun();
    const lost = what === 'find' ? undefined : { outcome: 'lost' };
    expect(await flows[what]({ ...cookie, secret: randomUUID() })).toEqual(lost);
    expect(await flows[what]({ ...cookie, state: randomUUID() })).toEqual(lost);
    const item = await getItem({ items: sdkItems(dynamodb), table }, flowKey(flow.state));
    expect(await flows[what]({ ...cookie, secret: String(item?.cookie_hash) })).toEqual(lost);
    expect(await flows.finish(cookie)).toMatchObject({ outcome: 'first' });
  });

  it('is begun once', async () => {
    const flow = aFlow();
    await flows.begin(flow);
    await expect(flows.begin({ ...flow, secret: 'other' })).rejects.toThrow('conditional request failed');
  });

  it('is an error, and not lost, when the table holds something else', async () => {
    const { flow, cookie } = await begun();
    const key = flowKey(flow.state);
    const item = await getItem({ items: sdkItems(dynamodb), table }, key);
    await dynamodb.send(new PutItemCommand({ TableName: table, Item: toItem({ ...item, why: 'fun' }) }));
    await expect(flows.find(cookie)).rejects.toMatchObject({ code: 'STORED_ITEM_MALFORMED', field: 'why' });
    await expect(flows.finish(cookie)).rejects.toMatchObject({ code: 'STORED_ITEM_MALFORMED', field: 'why' });
  });
});
