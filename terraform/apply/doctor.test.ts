import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REAL_PARTS } from './applied-fixture.ts';
import { ACCOUNT, AUTHORIZER, REGION, type RestChanges, uriOf, type V2Changes } from './attachment-changes.ts';
import { AttachmentMaker } from './attachments-fixture.ts';
import { type Diagnosis, findingsIn, runDoctor } from './doctor-fixture.ts';
import { OutputsFile } from './doctor-outputs.ts';
import { type Emulator, startEmulator } from './emulator/emulator.ts';

let emulator: Emulator;
let maker: AttachmentMaker;
const outputs = new OutputsFile();

const none = { AuthorizationType: 'NONE', AuthorizerId: undefined } as const;
const jwt = { AuthorizationType: 'JWT', AuthorizerId: 'theirs' } as const;
const other = `arn:aws:execute-api:${REGION}:${ACCOUNT}:another/authorizers/*`;
const role = `arn:aws:iam::${ACCOUNT}:role/gateway`;
const header = 'method.request.header.Authorization';

const HTTP: readonly [string, V2Changes, readonly string[]][] = [
  ['is right', {}, []],
  ['is right, and has its preflight open', { routes: { 'OPTIONS /orders': none } }, []],
  ['keeps answers', { authorizer: { AuthorizerResultTtlInSeconds: 300 } }, ['authorizer-cached']],
  ['demands a header', { authorizer: { IdentitySource: ['$request.header.Authorization'] } }, ['identity-source']],
  ['may not ask', { permission: null }, ['permission-missing']],
  ['may ask the bare function alone', { permission: { qualifier: null } }, ['permission-missing']],
  ['lets another API ask', { permission: { sourceArn: other } }, ['permission-missing']],
  ['has payload 1.0', { authorizer: { AuthorizerPayloadFormatVersion: '1.0' } }, ['payload-version']],
  ['expects policies', { authorizer: { EnableSimpleResponses: false } }, ['simple-responses']],
  ['is not deployed', { deployment: 'none' }, ['stage-undeployed']],
  ['was changed after its deployment', { deployment: { routeAfter: 'GET /new' } }, ['undeployed-changes']],
  ['has an open route', { routes: { 'GET /open': none } }, ['open-route']],
  ['has a route by a JWT authorizer', { routes: { 'GET /jwt': jwt } }, ['other-authorizer']],
  [
    'asks the bare function',
    { authorizer: { AuthorizerUri: uriOf(AUTHORIZER) }, permission: { qualifier: null } },
    ['authorizer-not-live'],
  ],
  [
    'asks a version',
    { authorizer: { AuthorizerUri: uriOf(`${AUTHORIZER}:2`) } },
    ['authorizer-not-live', 'permission-missing'],
  ],
  [
    'asks another installation',
    { authorizer: { AuthorizerUri: uriOf('old-dev-authorizer:live') } },
    ['other-installation'],
  ],
  [
    'asks another account',
    { authorizer: { AuthorizerUri: uriOf(`${AUTHORIZER}:live`, '210987654321') } },
    ['other-installation'],
  ],
  ['has an authorizer on no route', { routes: { 'GET /orders': none } }, ['authorizer-unused', 'open-route']],
  ['lets every page in', { cors: { AllowCredentials: true, AllowOrigins: ['https://*'] } }, ['cors-any-origin']],
  ['has no stage', { deployment: null }, ['stage-missing']],
  ['has no authorizer', { authorizer: null }, ['not-attached']],
  ['has the authorizer before OPTIONS', { routes: { 'OPTIONS /orders': {} } }, ['preflight-guarded']],
  ['asks by a role', { authorizer: { AuthorizerCredentialsArn: role }, permission: null }, ['invoked-by-role']],
];

const REST: readonly [string, RestChanges, readonly string[]][] = [
  ['is right', {}, []],
  [
    'keeps answers, since nothing is said',
    { authorizer: { authorizerResultTtlInSeconds: undefined } },
    ['authorizer-cached'],
  ],
  ['demands the header that the provider sets', { authorizer: { identitySource: header } }, ['identity-source']],
  ['takes bearer tokens alone', { authorizer: { type: 'TOKEN', identitySource: header } }, ['bearer-only']],
  [
    'takes tokens of a form alone',
    { authorizer: { type: 'TOKEN', identitySource: header, identityValidationExpression: '^Bearer .+' } },
    ['token-validation', 'bearer-only'],
  ],
  [
    'has an open method',
    { method: { authorizationType: 'NONE', authorizerId: undefined } },
    ['authorizer-unused', 'open-route'],
  ],
  [
    'has a method by IAM',
    { method: { authorizationType: 'AWS_IAM', authorizerId: undefined } },
    ['authorizer-unused', 'other-authorizer'],
  ],
  [
    'keeps answers as it was deployed, whatever is configured by now',
    { authorizer: { authorizerResultTtlInSeconds: 300 }, ttlAfter: 0 },
    ['undeployed-changes', 'authorizer-cached'],
  ],
  ['will keep answers at its next deployment', { ttlAfter: 300 }, ['undeployed-changes']],
  ['was changed after its deployment', { methodAfter: 'DELETE' }, ['undeployed-changes']],
  ['may not ask', { permission: null }, ['permission-missing']],
  ['caches what is for one person', { isCached: true }, ['response-cached']],
  ['has no authorizer', { authorizer: null }, ['not-attached']],
];

const WEBSOCKET: readonly [string, V2Changes, readonly string[]][] = [
  ['is right', {}, []],
  ['lets everybody connect', { routes: { $connect: none } }, ['authorizer-unused', 'open-route']],
  ['has no $connect', { routes: { $connect: null } }, ['authorizer-unused', 'connect-missing']],
  ['demands a header', { authorizer: { IdentitySource: ['route.request.header.Authorization'] } }, ['identity-source']],
  ['may not ask', { permission: null }, ['permission-missing']],
];

beforeAll(async () => {
  emulator = await startEmulator(REAL_PARTS);
  maker = new AttachmentMaker(emulator.url);
  await maker.makeFunction();
  outputs.set({ ApiId: await maker.http() });
});
afterAll(() => emulator?.stop());

const doctor = (...args: readonly string[]) => runDoctor(emulator.url, ['dev', '--outputs', outputs.path, ...args]);

describe('scripts/doctor', () => {
  it('finds nothing on a right API of each kind, and says where it looked', async () => {
    const [http, rest, websocket] = [await maker.http(), await maker.rest(), await maker.websocket()];
    const apis = [`http:${http}`, `rest:${rest}/prod`, `websocket:${websocket}/prod`];
    const { code, stdout } = await doctor(...apis.flatMap((api) => ['--api', api]));
    expect(stdout).toContain(`REST API ${rest}, stage prod; WebSocket API ${websocket}, stage prod: nothing is wrong`);
    expect(code).toBe(0);
  });

  describe('names what is wrong with an API that', () => {
    const made = new Map<string, string>();
    let diagnosis: Diagnosis;
    beforeAll(async () => {
      for (const [what, changes] of HTTP) made.set(`http ${what}`, `http:${await maker.http(changes)}`);
      for (const [what, changes] of REST) made.set(`rest ${what}`, `rest:${await maker.rest(changes)}`);
      for (const [what, changes] of WEBSOCKET)
        made.set(`websocket ${what}`, `websocket:${await maker.websocket(changes)}`);
      diagnosis = await doctor('--json', ...[...made.values()].flatMap((api) => ['--api', api]));
    });
    const codesOf = (what: string) => {
      const [, id = 'none'] = made.get(what)?.split(':') ?? [];
      return findingsIn(diagnosis).flatMap(({ code, where }) => (where.includes(` ${id}`) ? [code] : []));
    };

    it.each(HTTP)('is an HTTP API and %s', (what, _, codes) => {
      expect(codesOf(`http ${what}`)).toEqual(codes);
    });
    it.each(REST)('is a REST API and %s', (what, _, codes) => {
      expect(codesOf(`rest ${what}`)).toEqual(codes);
    });
    it.each(WEBSOCKET)('is a WebSocket API and %s', (what, _, codes) => {
      expect(codesOf(`websocket ${what}`)).toEqual(codes);
    });

    it('and ends with the exit code of faults, having seen everything', () => {
      expect(diagnosis).toMatchObject({ code: 1, stderr: '' });
    });
  });

  it('names an API that is not there, one of another kind, and a stage that is not there', async () => {
    const [http, rest] = [await maker.http(), await maker.rest()];
    const apis = ['http:nowhere', 'rest:nowhere', `websocket:${http}`, `rest:${rest}/beta`, `http:${http}/beta`];
    const found = findingsIn(await doctor('--json', ...apis.flatMap((api) => ['--api', api])));
    const told = new Map(found.map(({ code, where }) => [where, code]));
    expect(told).toEqual(
      new Map([
        ['HTTP API nowhere', 'api-missing'],
        ['REST API nowhere', 'api-missing'],
        [`WebSocket API ${http}`, 'api-missing'],
        [`REST API ${rest}, stage beta`, 'stage-missing'],
        [`HTTP API ${http}, stage beta`, 'stage-missing'],
      ]),
    );
  });

  it('looks at what is attached by the environment, as Terraform tells it, and leaves out what is meant to be open', async () => {
    const apiId = await maker.http({ routes: { 'GET /status': none } });
    outputs.set({ AttachedApis: [{ kind: 'http', apiId, stage: '$default' }] });
    const open = await doctor();
    const meant = await doctor('--except', 'GET /status');
    outputs.set({ AttachedApis: [] });
    expect(open.stdout).toContain(`open-route: HTTP API ${apiId}, stage $default, route GET /status`);
    expect(open.code).toBe(1);
    expect(meant).toMatchObject({ code: 0, stderr: '' });
  });

  it('looks at the domain: whether it is there, leads to the API, and is the only way', async () => {
    const apiId = await maker.http();
    outputs.set({ ApiId: apiId, ApiUrl: 'https://api.example.com', DomainTarget: 'd-1.execute-api.example' });
    const missing = findingsIn(await doctor('--json'));
    await maker.makeDomain('api.example.com');
    const unmapped = findingsIn(await doctor('--json'));
    await maker.mapDomain('api.example.com', apiId);
    const mapped = await doctor('--json');
    outputs.set({ DomainTarget: undefined });
    expect(missing.map(({ code, where }) => [code, where])).toEqual([['domain-missing', 'domain api.example.com']]);
    expect(unmapped.map(({ code }) => code)).toEqual(['domain-unmapped', 'default-endpoint']);
    expect(findingsIn(mapped).map(({ code }) => code)).toEqual(['default-endpoint']);
    expect(mapped.code).toBe(0);
  });

  describe('of alarms', () => {
    let topic: string;
    beforeAll(async () => {
      const { TopicArn = '' } = await maker.sns.send(new CreateTopicCommand({ Name: 'alarms' }));
      topic = TopicArn;
      outputs.set({ AlarmTopicArn: topic });
    });
    afterAll(() => outputs.set({ AlarmTopicArn: undefined }));
    const subscribe = (Protocol: string, Endpoint: string) =>
      maker.sns.send(new SubscribeCommand({ TopicArn: topic, Protocol, Endpoint }));

    it('says that nobody is told, then who has not confirmed', async () => {
      const nobody = await doctor();
      expect(nobody.stdout).toContain(`alarms-unheard: SNS topic ${topic}`);
      await subscribe('email', 'ops@example.com');
      const { code, stdout } = await doctor();
      expect(stdout).toContain('email ops@example.com is not confirmed');
      expect(stdout).not.toContain('alarms-unheard');
      expect(code).toBe(1);
    });

    it('sends a test that reaches who has confirmed, and says to whom', async () => {
      const queue = await maker.makeQueue('told');
      await subscribe('sqs', queue.arn);
      const { stdout, stderr } = await doctor('--notify-test');
      expect(stderr).toBe('');
      expect(stdout).toContain(`sent a test message to ${topic}: sqs ${queue.arn}`);
      expect(await queue.received()).toContain('scripts/doctor dev --notify-test has sent this');
    });
  });
});
