import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { awsCliIsInstalled } from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Dev, eventually, get, post, startDev } from './dev.ts';

const run = promisify(execFile);
const METHOD_ARN = 'arn:aws:execute-api:eu-central-1:000000000000:api1/prod';

/** The command is not part of the product: where it is missing these tests are reported as skipped. */
const installed = awsCliIsInstalled();
const isVersion1 = installed && execFileSync('aws', ['--version']).toString().startsWith('aws-cli/1');

let dev: Dev;
let token: string;
let out: string;
beforeAll(async () => {
  if (!installed) return;
  dev = await startDev();
  token = await dev.token('alice');
  out = join(dev.dataDir, 'out.json');
});
afterAll(() => dev?.stop());

(installed ? describe : describe.skip)('the AWS CLI', () => {
  it('invokes a function and shows the tail of its log', async () => {
    const answer = await invoke('cloakroom-dev-health', { httpMethod: 'GET', path: '/health' }, '--log-type', 'Tail');
    expect(answer).toMatchObject({ StatusCode: 200 });
    expect(Buffer.from(answer.LogResult, 'base64').toString()).toMatch(/START RequestId[\s\S]*REPORT RequestId/);
    expect(document()).toMatchObject({ statusCode: 200, body: expect.stringContaining('"success":true') });
  });

  it('gets the right document for each kind of authorizer event', async () => {
    await post(`${dev.api}/users/alice/sessions`, token);
    const authorizer = 'cloakroom-dev-authorizer';
    const resource = '/users/{userId}/events';

    const http = { version: '2.0', type: 'REQUEST', routeKey: `GET ${resource}`, pathParameters: { userId: 'alice' } };
    await invoke(authorizer, { ...http, headers: { authorization: `Bearer ${token}` }, requestContext: {} });
    expect(document()).toMatchObject({ isAuthorized: true, context: { userId: 'alice', bootstrap: 'false' } });

    const rest = { type: 'REQUEST', methodArn: `${METHOD_ARN}/GET/users/alice/events`, httpMethod: 'GET', resource };
    const headers = { Authorization: `Bearer ${token}` };
    await invoke(authorizer, { ...rest, path: '/users/alice/events', pathParameters: { userId: 'alice' }, headers });
    expect(document()).toMatchObject(policy('Allow', `${METHOD_ARN}/*/*`));

    const methodArn = `${METHOD_ARN}/POST/users/bruno/sessions`;
    const stranger = await dev.token('bruno');
    await invoke(authorizer, { type: 'TOKEN', methodArn, authorizationToken: `Bearer ${stranger}` });
    expect(document()).toMatchObject({ ...policy('Allow', methodArn), context: { bootstrap: 'true' } });

    const elsewhere = `${METHOD_ARN}/GET/users/bruno/events`;
    await invoke(authorizer, { type: 'TOKEN', methodArn: elsewhere, authorizationToken: `Bearer ${stranger}` });
    expect(document()).toMatchObject(policy('Deny', elsewhere));

    const refused = await invoke(authorizer, { type: 'TOKEN', methodArn, authorizationToken: 'Bearer garbage' });
    expect(refused.FunctionError).toBe('Unhandled');
    expect(document()).toMatchObject({ errorMessage: 'Unauthorized' });
  });

  it('reads structured logs', async () => {
    expect((await get(`${dev.api}/users/nobody/events`, await dev.token('nobody'))).status).toBe(403);
    const group = '/aws/lambda/cloakroom-dev-authorizer';
    const { events } = await aws('logs', 'filter-log-events', '--log-group-name', group);
    const lines = events
      .map(({ message }: { message: string }) => message)
      .filter((line: string) => line.startsWith('{'));
    const codes = lines.map((line: string) => JSON.parse(line).code);
    expect(codes).toEqual(
      expect.arrayContaining(['authorizer.allowed', 'authorizer.denied', 'authorizer.unauthorized']),
    );
  });

  it('finds the line of a cold start by the word session', async () => {
    await get(`${dev.api}/users/nobody/events`, await dev.token('nobody')); // it has started now
    const group = '/aws/lambda/cloakroom-dev-authorizer';
    const { events } = await aws('logs', 'filter-log-events', '--log-group-name', group, '--filter-pattern', 'session');
    expect(events.map(({ message }: { message: string }) => message)).toContainEqual(
      expect.stringMatching(/"code":"function.started"/),
    );
  });

  it('finds a refused request in the authorizer by the id that the client was given', async () => {
    const refused = await fetch(`${dev.api}/users/nobody/events`, {
      headers: { authorization: `Bearer ${await dev.token('nobody')}` },
    });
    const denial = await lineOf('authorizer', 'authorizer.denied', refused);
    expect(denial).toMatchObject({ reason: 'session_required', function_request_id: expect.any(String) });
  });

  it('finds the way of an event through all functions by one id', async () => {
    const token = await dev.token('alice');
    expect((await post(`${dev.api}/users/alice/sessions`, token)).status).toBe(200);
    const posted = await fetch(`${dev.api}/users/alice/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'cart.paid', data: {} }),
    });
    expect(posted.status).toBe(202);
    for (const [name, code] of [
      ['authorizer', 'authorizer.allowed'],
      ['enqueue-event', 'http.answered'],
      ['store-event', 'event.stored'],
    ] as const) {
      expect(await lineOf(name, code, posted)).toHaveProperty('function_request_id');
    }
  });

  it('shows an alarm that fires, which the terminal tells too', async () => {
    const { QueueUrl } = await aws('sqs', 'get-queue-url', '--queue-name', 'cloakroom-dev-changes-dlq');
    await aws('sqs', 'send-message', '--queue-url', QueueUrl, '--message-body', 'dead');
    const name = 'cloakroom-dev-dead-letters';
    // From whichever state: it may not have been judged before.
    const change = new RegExp(`^alarm  ${name}: \\w+ → ALARM, (.*)\\n`, 'm');
    const told = await eventually('the alarm', async () => change.exec(dev.output())?.[1], 130_000);
    expect(told).toMatch(/^Threshold Crossed: 1 out of the last 1 datapoint/);
    const { MetricAlarms } = await aws('cloudwatch', 'describe-alarms', '--state-value', 'ALARM');
    expect(MetricAlarms).toContainEqual(expect.objectContaining({ AlarmName: name, StateReason: told }));
  }, 150_000);

  it('speaks to the tables, the queues and STS on the same endpoint', async () => {
    const { Items } = await aws('dynamodb', 'scan', '--table-name', 'cloakroom-dev-sessions');
    expect(Items.map(({ user_key }: { user_key: { S: string } }) => user_key.S)).toContain('U#local#alice');
    const { QueueUrl } = await aws('sqs', 'get-queue-url', '--queue-name', 'cloakroom-dev-events-dlq');
    await aws('sqs', 'send-message', '--queue-url', QueueUrl, '--message-body', 'hello');
    const { Messages } = await aws('sqs', 'receive-message', '--queue-url', QueueUrl);
    expect(Messages).toMatchObject([{ Body: 'hello' }]);
    expect(await aws('sts', 'get-caller-identity')).toMatchObject({ Account: '000000000000' });
  });

  it('takes on a role, and is refused what the policies of the role do not allow', async () => {
    const role = 'arn:aws:iam::000000000000:role/cloakroom-dev-authorizer';
    const { Credentials } = await aws('sts', 'assume-role', '--role-session-name', 'me', '--role-arn', role);
    const credentials = {
      AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
      AWS_SESSION_TOKEN: Credentials.SessionToken,
    };
    const { Arn } = await awsAs(credentials, 'sts', 'get-caller-identity');
    expect(Arn).toBe('arn:aws:sts::000000000000:assumed-role/cloakroom-dev-authorizer/me');
    const scanning = awsAs(credentials, 'dynamodb', 'scan', '--table-name', 'cloakroom-dev-sessions');
    await expect(scanning).rejects.toThrow(
      `An error occurred (AccessDeniedException) when calling the Scan operation: User: ${Arn} is not authorized to perform: dynamodb:Scan on resource: arn:aws:dynamodb:eu-central-1:000000000000:table/cloakroom-dev-sessions because no identity-based policy allows the dynamodb:Scan action`,
    );
  });
});

/** The line with this code that a function has written about the request which got this answer. */
function lineOf(name: string, code: string, { headers }: Response): Promise<Record<string, unknown>> {
  const requestId = headers.get('apigw-requestid');
  return eventually(`the line ${code} of ${requestId}`, async () => {
    const { events } = await aws('logs', 'filter-log-events', '--log-group-name', `/aws/lambda/cloakroom-dev-${name}`);
    const texts = events.map(({ message }: { message: string }) => message);
    const lines = texts.filter((text: string) => text.startsWith('{')).map((text: string) => JSON.parse(text));
    return lines.find((line: Record<string, unknown>) => line.requestId === requestId && line.code === code);
  });
}

// biome-ignore lint/suspicious/noExplicitAny: every command answers with a form of its own
async function aws(...args: string[]): Promise<any> {
  return awsAs({ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }, ...args);
}

// biome-ignore lint/suspicious/noExplicitAny: every command answers with a form of its own
async function awsAs(credentials: Readonly<Record<string, string>>, ...args: string[]): Promise<any> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, AWS_DEFAULT_REGION: 'eu-central-1', ...credentials };
  const all = ['--endpoint-url', dev.aws, '--output', 'json', '--no-cli-pager', ...args];
  const { stdout } = await run('aws', isVersion1 ? all.filter((word) => word !== '--no-cli-pager') : all, { env });
  return stdout === '' ? undefined : JSON.parse(stdout);
}

// biome-ignore lint/suspicious/noExplicitAny: every command answers with a form of its own
function invoke(name: string, payload: unknown, ...options: string[]): Promise<any> {
  const raw = isVersion1 ? [] : ['--cli-binary-format', 'raw-in-base64-out'];
  const what = ['--function-name', name, '--payload', JSON.stringify(payload)];
  return aws('lambda', 'invoke', ...what, ...raw, ...options, out);
}

function document(): unknown {
  return JSON.parse(readFileSync(out, 'utf8'));
}

function policy(Effect: string, Resource: string): object {
  return { policyDocument: { Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] } };
}
