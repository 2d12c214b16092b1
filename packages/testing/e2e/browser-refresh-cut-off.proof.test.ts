import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { textFromBase64url } from '@cloakroom/core';
import type { AwsCall, RefreshRotation } from '@cloakroom/local';
import { type Browser, createBrowser } from '@cloakroom/local/token';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type BrowserApp, browserApp } from './browser-app.ts';
import { TICKET } from './browsers.ts';
import { type CutOffPoint, createScissors } from './cut-off-call.ts';
import { killProcesses } from './cut-off-invocation.ts';
import { eventually } from './dev.ts';
import { type LocalRun, startInProcess } from './start-in-process.ts';

const FUNCTION = 'cloakroom-dev-token-handler';
/** A waiting request looks again twice a second. */
const WAIT_MS = 5000;

const calls = (operation: string, word: string) => (call: AwsCall) =>
  String(call.request.headers['x-amz-target']).endsWith(`.${operation}`) && call.request.body.includes(word);
const leases = calls('UpdateItem', '"lease_id"');
const reads = calls('Decrypt', '');
const writes = calls('TransactWriteItems', 'renewed_at');

/** What the killed process leaves: an abandoned lease, a provider that was asked, an answer that is written down. */
interface Left {
  readonly isLeft?: true;
  readonly isAsked?: true;
  readonly isWritten?: true;
}
type Step = readonly [name: string, point: CutOffPoint | 'asking', left: Left];
const STEPS: readonly Step[] = [
  ['before it has the lease', { isAt: leases, isDone: false }, {}],
  ['when it has the lease', { isAt: leases, isDone: true }, { isLeft: true }],
  ['before it reads the refresh token', { isAt: reads, isDone: false }, { isLeft: true }],
  ['when it has read the refresh token', { isAt: reads, isDone: true }, { isLeft: true }],
  ['while the provider answers', 'asking', { isLeft: true, isAsked: true }],
  ['before it writes down the answer', { isAt: writes, isDone: false }, { isLeft: true, isAsked: true }],
  ['when it has written down the answer', { isAt: writes, isDone: true }, { isAsked: true, isWritten: true }],
];

describe.each(['grace', 'strict'] as const)('a refresh whose process is killed, where rotation is %s', (configured) => {
  let local: LocalRun;
  let app: BrowserApp;
  let dynamodb: DynamoDBClient;
  const scissors = createScissors(() => local.aws, FUNCTION);
  beforeAll(async () => {
    local = await startInProcess(scissors.admit, { shape: 'keycloak', refreshRotation: configured });
    app = browserApp(local.api);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    dynamodb = new DynamoDBClient({ endpoint: local.aws, region: 'eu-central-1', credentials });
  });
  afterAll(() => local?.stop());
  afterEach(() => local.provider.behave({}));

  const refresh = (browser: Browser) => app.call(browser, '/auth/refresh', { method: 'POST' });
  const refreshesOf = (user: string) => local.provider.refreshes().filter(({ sub }) => sub === user);
  const ticketOf = (browser: Browser) => browser.cookies(local.api).find(({ key }) => key === TICKET)?.value ?? '';
  const familyOf = (browser: Browser) => ticketOf(browser).split('.').slice(0, 3);

  async function signedIn(user: string): Promise<Browser> {
    const browser = createBrowser();
    expect((await app.signIn(browser, { login: user })).at).toBe('/app#');
    return browser;
  }

  async function isIn(browser: Browser): Promise<boolean> {
    return (await app.call(browser, '/users/me/sessions')).status === 200;
  }

  /** Its lease is as of a process that has been dead for a while: nobody waits for fifteen seconds. */
  async function passLease(browser: Browser): Promise<void> {
    const [userKey = '', id] = ticketOf(browser).split('.');
    const update = new UpdateItemCommand({
      TableName: 'cloakroom-dev-sessions',
      Key: { user_key: { S: textFromBase64url(userKey) ?? '' }, item: { S: `PROVIDER_TOKENS#${id}` } },
      UpdateExpression: 'SET lease_until_ms = :past',
      ConditionExpression: 'attribute_exists(lease_until_ms)',
      ExpressionAttributeValues: { ':past': { N: '0' } },
    });
    await dynamodb.send(update);
  }

  async function cutOff(browser: Browser, user: string, point: CutOffPoint | 'asking'): Promise<void> {
    if (point === 'asking') {
      local.provider.behave({ refreshRotation, refreshAnswer: { lost: 'silent' } });
      const asked = refresh(browser);
      await eventually('the provider is asked', async () => (refreshesOf(user).length > 0 ? true : undefined));
      killProcesses(local, FUNCTION);
      expect((await asked).status).toBeGreaterThanOrEqual(500);
      local.provider.behave({ refreshRotation });
      return;
    }
    scissors.arm(point);
    expect((await refresh(browser)).status).toBeGreaterThanOrEqual(500);
    expect(scissors.isArmed()).toBe(false);
  }

  let refreshRotation: RefreshRotation;
  const rotations: readonly RefreshRotation[] = configured === 'strict' ? ['strict'] : ['none', 'grace'];
  describe.each(rotations)('and the provider has %s', (rotation) => {
    beforeAll(() => {
      refreshRotation = rotation;
      local.provider.behave({ refreshRotation });
    });

    it.each(STEPS)('goes on or asks for another sign-in: %s', async (name, point, { isLeft, isAsked, isWritten }) => {
      const user = `${rotation} ${name}`.replaceAll(' ', '-');
      const browser = await signedIn(user);
      const family = familyOf(browser);
      await cutOff(browser, user, point);
      expect(await isIn(browser)).toBe(true);
      if (isLeft) await passLease(browser);
      const { status, body } = await refresh(browser);
      // A token that must not be used twice is given up where it may have been used.
      if (configured === 'strict' && isLeft) {
        expect([status, body.error?.code]).toEqual([401, 'RECHECK_REQUIRED']);
        expect(refreshesOf(user)).toHaveLength(isAsked ? 1 : 0);
        expect((await app.signIn(browser, { login: user })).forms).toBe(0);
      } else {
        expect(status).toBe(200);
        expect(refreshesOf(user)).toHaveLength(isAsked && !isWritten ? 2 : 1);
        expect(familyOf(browser)).toEqual(family);
      }
      expect(refreshesOf(user).every(({ error }) => error === undefined)).toBe(true);
      expect(await isIn(browser)).toBe(true);
    });
  });

  it('keeps nobody waiting for longer than the lease of a dead process', async () => {
    const browser = await signedIn('waiting');
    await cutOff(browser, 'waiting', { isAt: leases, isDone: true });
    const [before] = [refresh(browser), await delay(1000), await passLease(browser)];
    const startedMs = performance.now();
    expect((await before).status).toBe(configured === 'strict' ? 401 : 200);
    expect(performance.now() - startedMs).toBeLessThan(WAIT_MS);
  });

  it('changes nothing in a process that stood still until its lease had run out', async () => {
    const [slow, other] = await signedIn('slow').then((browser) => [browser, browser.copy()] as const);
    const { reached, letGo } = scissors.hold(writes);
    const late = refresh(slow);
    await reached;
    await passLease(slow);
    const meanwhile = await refresh(other);
    letGo();
    const answers = [meanwhile, await late].map(({ status }) => status);
    // Where a token must not be used twice, nobody knows any more whether it was: a new sign-in, but the session goes on until then.
    expect(answers).toEqual(configured === 'strict' ? [401, 401] : [200, 200]);
    expect(ticketOf(slow)).toBe(ticketOf(other));
    expect([await isIn(slow), await isIn(other)]).toEqual([true, true]);
  });

  it('asks again after a time-out where it may, and signs nobody out in any case', async () => {
    const browser = await signedIn('late');
    local.provider.behave({ refreshRotation: configured, refreshAnswer: { lost: 'silent', times: 1 } });
    const { status } = await refresh(browser);
    expect(await isIn(browser)).toBe(true);
    expect([status, refreshesOf('late').length]).toEqual(configured === 'strict' ? [503, 1] : [200, 2]);
    if (configured === 'grace') return;
    expect((await refresh(browser)).body.error.code).toBe('RECHECK_REQUIRED');
    expect(refreshesOf('late')).toHaveLength(1);
  });
});
