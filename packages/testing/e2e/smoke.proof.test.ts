import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type AwsCall, AwsError } from '@cloakroom/local';
import { builtInUser, localToken } from '@cloakroom/local/token';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { environmentForUsers } from './dev.ts';
import { type FaultyProxy, type ProxyFault, startFaultyProxy } from './faulty-proxy.ts';
import { type LocalRun, startInProcess } from './start-in-process.ts';

const run = promisify(execFile);
const SMOKE = join(import.meta.dirname, '../../../scripts/smoke.ts');
const NAMES = [
  'health',
  'every dependency answers',
  'the CSRF header arrives',
  'no credential, no entry',
  'garbage is no credential',
  'no credential, no session',
  'an unknown route is unknown',
  'sign-in',
  'the ticket tells who is in',
  'the ticket opens the API',
  'an event is accepted',
  'the event is listed',
  'the ticket is refreshed',
  'a second device signs in',
  'its session is revoked',
  'the very next request is refused',
  'sign-out',
  'a copied cookie is refused after it',
  'what was synthesized is here',
  'items expire',
  'live is the newest version',
  'live runs what was synthesized',
  'live has sign-in open or closed, as was said',
];

interface Result {
  readonly step: string;
  readonly outcome: string;
  readonly problem?: string;
  readonly next?: string;
}

/** Which calls to AWS are refused. */
let isRefused: (call: AwsCall) => boolean = () => false;
let proxy: FaultyProxy;
let local: LocalRun;
beforeAll(async () => {
  proxy = await startFaultyProxy();
  local = await startInProcess(
    (call) => {
      if (isRefused(call)) throw new AwsError('AccessDeniedException', 'not you', 403);
    },
    // From the beginning, so that there is no key set anywhere.
    { publicUrl: proxy.url, onProvider: ({ behave }) => behave({ answers: { jwks: { status: 503 } } }) },
  );
  proxy.target = local.api;
}, 240_000);
afterEach(() => {
  proxy.fault = undefined;
  isRefused = () => false;
  local.provider.behave({});
});
afterAll(async () => {
  await local?.stop();
  proxy?.stop();
});

/** `tokens` of `--stdin` come first. */
async function smoke(more: readonly string[] = [], tokens?: object) {
  const place = ['--env', 'local', '--aws-port', new URL(local.aws).port, '--data-dir', local.dataDir, '--json'];
  const args = ['--disable-warning=ExperimentalWarning', SMOKE, proxy.url, ...place];
  const running = run(process.execPath, [...args, ...more], { env: environmentForUsers() });
  running.child.stdin?.end(JSON.stringify(tokens));
  const { code, stdout } = await running.then(
    (done) => ({ code: 0, ...done }),
    (failed: { code: number; stdout: string }) => failed,
  );
  const results: Result[] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { code, results, failed: results.filter(({ outcome }) => outcome === 'failed') };
}

/** Expects that one step fails, and no other, and returns what it says. */
async function expectFailure(step: string, ...more: readonly string[]): Promise<string> {
  const { code, failed } = await smoke(more);
  expect(failed.map((result) => result.step)).toEqual([step]);
  expect(code).toBe(1);
  expect(failed[0]?.next).toMatch(/.{20}/);
  return failed[0]?.problem ?? '';
}

const account = () => ({
  endpoint: local.aws,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
const calledBy = (name: string) => (call: AwsCall) => call.caller.roleArn?.endsWith(`-${name}`) === true;
const pathOf = (url = '') => new URL(url, 'http://api').pathname;

describe('scripts/smoke', () => {
  // First: once there are keys, functions have them in memory.
  it('names the sign-in where no key set can be had', async () => {
    expect(await expectFailure('sign-in')).toContain('error=PROVIDER_UNAVAILABLE');
  });

  it('passes where everything is as it should be, with each step', async () => {
    local.provider.behave({});
    const refresh = new InvokeCommand({ FunctionName: 'cloakroom-dev-refresh-keys', Qualifier: 'live' });
    expect((await new LambdaClient(account()).send(refresh)).FunctionError).toBeUndefined();
    const { code, results, failed } = await smoke();
    expect(failed).toEqual([]);
    expect(code).toBe(0);
    expect(results.map(({ step, outcome }) => [step, outcome])).toEqual(NAMES.map((name) => [name, 'passed']));
  });

  it('gets a ticket for tokens that are handed in, and says what is wrong with those that were', async () => {
    const person = builtInUser(local.provider.issuer, { dataDir: local.dataDir, user: 'hanna' });
    const { accessToken, idToken } = await localToken(person, { newLogin: true });
    const tokens = { access_token: accessToken, id_token: idToken };
    const { results, failed } = await smoke(['--stdin'], tokens);
    expect(failed).toEqual([]);
    const passed = results.filter(({ outcome }) => outcome === 'passed').map(({ step }) => step);
    expect(passed).toEqual(expect.arrayContaining(['tokens are handed in', 'the ticket opens the API', 'sign-out']));
    const again = await smoke(['--stdin'], tokens);
    expect(again.failed).toMatchObject([
      { step: 'tokens are handed in', problem: expect.stringMatching(/LOGIN_ENDED/) },
    ]);
    expect(JSON.stringify([results, again])).not.toContain(accessToken);
  });

  const answering = (status: number, method: string, path: RegExp, headers = {}): ProxyFault => ({
    answer: (request) =>
      request.method === method && path.test(pathOf(request.url))
        ? { status, headers, body: { success: status < 300, data: { revoked: 1, logoutUrl: null } } }
        : undefined,
  });
  const withoutCookies = (path: RegExp): ProxyFault => ({
    response(headers, request) {
      if (path.test(pathOf(request.url))) delete headers['set-cookie'];
    },
  });
  const cleared = { 'set-cookie': '__Host-cloakroom=; Path=/; Secure; HttpOnly; Max-Age=0' };

  it.each<[broken: string, fault: ProxyFault, step: string, problem: RegExp]>([
    ['the health is bad', answering(503, 'GET', /^\/health$/), 'health', /GET \/health answered 503, not 200/],
    [
      'a proxy drops the CSRF header',
      { request: (headers) => delete headers['x-cloakroom-csrf'] },
      'the CSRF header arrives',
      /x-cloakroom-csrf did not arrive/,
    ],
    ['all routes are open', answering(200, 'GET', /^\/users\/me\/events$/), 'no credential, no entry', /200, not 401/],
    ['no cookie is set', withoutCookies(/./), 'sign-in', /error=SIGN_IN_LOST/],
    [
      'the ticket is not set',
      withoutCookies(/callback/),
      'the ticket tells who is in',
      /401 UNAUTHORIZED .*browser has/,
    ],
    [
      'scripts can read the ticket',
      {
        response(headers) {
          const lines = headers['set-cookie'];
          if (Array.isArray(lines)) headers['set-cookie'] = lines.map((line) => line.replace(/; HttpOnly/i, ''));
        },
      },
      'the ticket tells who is in',
      /__Host-cloakroom came without HttpOnly/,
    ],
    ['refreshing is refused', answering(401, 'POST', /refresh$/), 'the ticket is refreshed', /401, not 200/],
    ['the new cookie is lost', withoutCookies(/refresh$/), 'the ticket is refreshed', /still has the cookie of before/],
    [
      'a revocation has no effect',
      answering(200, 'DELETE', /^\/sessions\//),
      'the very next request is refused',
      /has ended, and still opens the API/,
    ],
    [
      'a sign-out leaves the session',
      answering(200, 'POST', /logout$/, cleared),
      'a copied cookie is refused after it',
      /has ended, and still opens the API/,
    ],
    ['a sign-out leaves the cookie', withoutCookies(/logout$/), 'sign-out', /410 SESSION_ENDED .*not 401/],
  ])('names the step where %s', async (_, fault, step, problem) => {
    proxy.fault = fault;
    const { failed, code } = await smoke(['--wait-seconds', '8']);
    expect(code).toBe(1);
    expect(failed.map((result) => result.step)).toContain(step);
    expect(failed.find((result) => result.step === step)?.problem).toMatch(problem);
  });

  it.each<[broken: string, refused: (call: AwsCall) => boolean, step: string, problem: RegExp]>([
    ['the table refuses the token handler', calledBy('token-handler'), 'sign-in', /error=|status 50/],
    ['the table refuses the authorizer', calledBy('authorizer'), 'the ticket opens the API', /answered 50\d/],
    ['the queue takes nothing', calledBy('enqueue-event'), 'an event is accepted', /answered 500 INTERNAL .*request /],
    ['the queue is not emptied', calledBy('store-event'), 'the event is listed', /after 2 s is not among \d+/],
  ])('names the step where %s', async (_, refused, step, problem) => {
    isRefused = refused;
    expect(await expectFailure(step, '--wait-seconds', '2')).toMatch(problem);
  });

  it('names the sign-in and the provider, where that is down', async () => {
    local.provider.behave({ outage: 'closed' });
    expect(await expectFailure('sign-in')).toContain(local.provider.issuer);
  });

  it('names the table whose items do not expire', async () => {
    const dynamodb = new DynamoDBClient(account());
    const timeToLive = (Enabled: boolean) =>
      dynamodb.send(
        new UpdateTimeToLiveCommand({
          TableName: 'cloakroom-dev-events',
          TimeToLiveSpecification: { AttributeName: 'ttl', Enabled },
        }),
      );
    await timeToLive(false);
    expect(await expectFailure('items expire')).toMatch(/^time to live of cloakroom-dev-events is DISABLED/);
    await timeToLive(true);
  });

  it('names the function that runs other code than was synthesized', async () => {
    const file = join(local.dataDir, 'stack/cdk.tf.json');
    const text = readFileSync(file, 'utf8');
    const stack = JSON.parse(text);
    stack.resource.aws_lambda_function.user_data.source_code_hash = 'another=';
    writeFileSync(file, JSON.stringify(stack));
    expect(await expectFailure('live runs what was synthesized')).toMatch(
      /^cloakroom-dev-user-data: .*, not another=$/,
    );
    writeFileSync(file, text);
  });

  it('says that sign-in is open where it was to be closed', async () => {
    const file = join(local.dataDir, 'stack/cdk.tf.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll('"BOOTSTRAP": "on"', '"BOOTSTRAP": "off"'));
    expect(await expectFailure('live has sign-in open or closed, as was said')).toMatch(
      /^cloakroom-dev-create-session: sign-in is on by version .*, and the environment says off; and 1 more functions$/,
    );
    writeFileSync(file, text);
  });
});
