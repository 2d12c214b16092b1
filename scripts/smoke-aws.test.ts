import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOperatorClients } from '@cloakroom/aws/operator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AWS_STEPS, awsSteps } from './smoke-aws.ts';
import type { SynthesizedFunction, SynthesizedStack } from './smoke-stack.ts';
import { createStepRunner } from './smoke-steps.ts';

const STACK: SynthesizedStack = {
  tables: [
    { name: 'app-sessions', ttlAttribute: 'ttl' },
    { name: 'app-events', ttlAttribute: 'ttl' },
  ],
  functions: [
    { name: 'app-health', zip: '', codeSha256: 'sha-10' },
    { name: 'app-authorizer', zip: '', codeSha256: 'sha-10' },
  ],
};

interface Account {
  readonly ttl: object;
  /** By function. */
  readonly live: Readonly<Record<string, string>>;
  /** What the authorizer's alias says of itself. */
  readonly description?: string;
  readonly versions: readonly string[];
  readonly denied?: boolean;
  /** `BOOTSTRAP` of each version; absent in those from before there was one. */
  readonly bootstrap?: Readonly<Record<string, string>>;
  /** Versions beside that of the authorizer's alias, with their shares. */
  readonly beside?: Readonly<Record<string, number>>;
}
const GOOD: Account = {
  ttl: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' },
  live: { 'app-health': '10', 'app-authorizer': '10' },
  // More than a page, and 9 does not come after 10.
  versions: ['$LATEST', '8', '9', '10'],
};
let account = GOOD;

/** What AWS answers to what is asked here. */
function answer(path: string, query: URLSearchParams): object {
  const [, , , name = '', what] = path.split('/');
  if (what === 'aliases') {
    const { live, description: Description = '', beside = {} } = account;
    const told = { Description, RoutingConfig: { AdditionalVersionWeights: beside } };
    return { Name: 'live', FunctionVersion: live[name], ...(name === 'app-authorizer' ? told : {}) };
  }
  if (what !== 'versions') return { TimeToLiveDescription: account.ttl };
  const from = Number(query.get('Marker') ?? 0);
  const Versions = account.versions.slice(from, from + 3).map((Version) => {
    const BOOTSTRAP = account.bootstrap?.[Version];
    const variables = BOOTSTRAP === undefined ? {} : { Environment: { Variables: { BOOTSTRAP } } };
    return { Version, CodeSha256: `sha-${Version}`, ...variables };
  });
  return { Versions, ...(from + 3 < account.versions.length ? { NextMarker: String(from + 3) } : {}) };
}

const server = createServer((request, response) => {
  request.resume();
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://aws');
  const headers = account.denied ? { 'x-amzn-errortype': 'AccessDeniedException' } : {};
  const body = account.denied ? { __type: 'AccessDeniedException', message: 'no' } : answer(pathname, searchParams);
  response.writeHead(account.denied ? 403 : 200, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
});
let endpoint = '';
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  account = GOOD;
});

async function resultsWith(changes: Partial<Account>, stack = STACK) {
  account = { ...GOOD, ...changes };
  const clients = createOperatorClients({ region: 'eu-central-1', endpoint });
  const runner = createStepRunner({ report: () => undefined, waiting: () => undefined });
  for (const step of awsSteps({ clients, stack, endpoint, deploy: 'scripts/deploy dev' })) {
    await runner.run([step]);
  }
  return runner.results;
}

describe('what only AWS can tell', () => {
  it('is as it should be: items expire, and live is the newest version of what was synthesized', async () => {
    const results = await resultsWith({});
    expect(results.map(({ step, outcome }) => [step, outcome])).toEqual(AWS_STEPS.map((name) => [name, 'passed']));
    expect(results[0]?.detail).toBe('app-sessions, app-events');
  });

  it.each<[string, Partial<Account>, string, string]>([
    [
      'time to live that is off',
      { ttl: { TimeToLiveStatus: 'DISABLED' } },
      'items expire',
      'time to live of app-sessions is DISABLED by no attribute, not ENABLED by ttl',
    ],
    [
      'time to live by another attribute',
      { ttl: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' } },
      'items expire',
      'time to live of app-sessions is ENABLED by expires, not ENABLED by ttl',
    ],
    [
      'an alias that has stayed behind',
      { live: { 'app-health': '10', 'app-authorizer': '9' } },
      'live is the newest version',
      'app-authorizer: 9, and the newest is 10',
    ],
    [
      'other code than was synthesized',
      { live: { 'app-health': '9', 'app-authorizer': '9' } },
      'live runs what was synthesized',
      'app-health: code sha-9 in version 9, not sha-10; and 1 more functions',
    ],
  ])('fails for %s, with the value that is wrong and what to do', async (_, changes, step, problem) => {
    const result = (await resultsWith(changes)).find((one) => one.step === step);
    expect(result).toMatchObject({ outcome: 'failed', problem });
    expect(result?.next).toContain('scripts/deploy dev');
  });

  describe('of a function that is pinned', () => {
    const [health, authorizer] = STACK.functions as [SynthesizedFunction, SynthesizedFunction];
    const pinned = { ...STACK, functions: [health, { ...authorizer, pinnedTo: '9' }] };
    const behind = { live: { 'app-health': '10', 'app-authorizer': '9' } };

    it.each([
      ['the stack', {}, pinned],
      ['the account alone', { description: 'pinned since 2026-03-02T10:00:00.000Z: rollback' }, STACK],
    ])('is told, and is no failure: by %s', async (_, more, stack) => {
      const results = await resultsWith({ ...behind, ...more }, stack);
      expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'passed', 'passed']);
      expect(results[1]?.detail).toBe('2 functions, of which pinned: app-authorizer to 9');
      expect(results[2]?.detail).toBe('1 functions');
    });

    it('fails when it is not where it is pinned', async () => {
      const [, newest] = await resultsWith({}, pinned);
      expect(newest).toMatchObject({ outcome: 'failed', problem: 'app-authorizer: 10, and it is pinned to 9' });
    });
  });

  describe('of sign-in', () => {
    const [health, authorizer] = STACK.functions as [SynthesizedFunction, SynthesizedFunction];
    const told = (bootstrap: string) => ({ ...STACK, functions: [health, { ...authorizer, bootstrap }] });
    const signIn = async (changes: Partial<Account>, bootstrap: string) =>
      (await resultsWith(changes, told(bootstrap))).at(-1);

    it('is whether it is open', async () => {
      expect(await signIn({}, 'on')).toMatchObject({ outcome: 'passed', detail: 'open' });
      const closed = await signIn({ bootstrap: { 10: 'off' } }, 'off');
      expect(closed).toMatchObject({ outcome: 'passed', detail: 'closed: nobody gets in who has no session yet' });
    });

    it.each<[string, Partial<Account>, string, RegExp]>([
      [
        'a pinned version from before it was closed',
        { live: { ...GOOD.live, 'app-authorizer': '9' } },
        'off',
        /is on by version 9/,
      ],
      ['a share of one', { beside: { 9: 0.1 } }, 'off', /is on by version 10 or the one beside it/],
      [
        'a pinned version from while it was closed',
        { bootstrap: { 9: 'off' }, live: { ...GOOD.live, 'app-authorizer': '9' } },
        'on',
        /is off by/,
      ],
    ])('fails for %s', async (_, changes, bootstrap, problem) => {
      const description = 'pinned since 2026-03-02T10:00:00.000Z: rollback';
      const result = await signIn({ bootstrap: { 10: 'off' }, description, ...changes }, bootstrap);
      expect(result).toMatchObject({ outcome: 'failed', problem: expect.stringMatching(problem) });
      expect(result?.next).toMatch(/scripts\/rollback with --release/);
    });
  });

  it('fails where these credentials may not look, and says what would let them', async () => {
    const results = await resultsWith({ denied: true });
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'failed']);
    expect(results[0]?.problem).toContain('allow them dynamodb:DescribeTimeToLive');
    expect(results[1]?.problem).toContain('allow them lambda:GetAlias and lambda:ListVersionsByFunction');
  });
});
