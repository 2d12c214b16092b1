import { createAwsSession } from '@cloakroom/aws';
import { dynamodbFrom, sdkItems } from '@cloakroom/aws/dynamodb';
import { createActiveSessions } from '@cloakroom/sessions';
import { type FakeAws, fakeAwsError, recordTelemetry, startFakeAws } from '@cloakroom/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createAuthorizer } from './authorizer.ts';
import { HOUR, httpApi, login, NO_TICKETS, NOW } from './authorizer-fixture.ts';

let fake: FakeAws;
beforeAll(async () => {
  fake = await startFakeAws();
  process.env.AWS_ENDPOINT_URL = fake.url;
});
afterAll(() => fake.stop());
beforeEach(() => {
  fake.requests.length = 0;
});

/** An authorizer that reads its sessions over the network, with `msLeft` of its invocation. */
function setUp(way: 'lean' | 'SDK', msLeft: number) {
  const telemetry = recordTelemetry();
  const credentials = async () => ({ accessKeyId: 'key', secretAccessKey: 'secret' });
  const aws = createAwsSession({
    region: 'eu-central-1',
    telemetry,
    credentials,
    random: () => 0,
    sleep: async () => {},
  });
  const endsAt = performance.now() + msLeft;
  aws.before({ context: { getRemainingTimeInMillis: () => endsAt - performance.now() } });
  const items = way === 'lean' ? aws.items : sdkItems(dynamodbFrom(aws));
  const idle = { bearerIdleSeconds: HOUR, ticketIdleSeconds: 1800, touchIntervalSeconds: 300 };
  const nowMs = () => NOW * 1000;
  return createAuthorizer({
    verifier: { verify: async () => ({ type: 'login', login }) },
    sessions: createActiveSessions({ items, table: 'sessions', idle, nowMs }),
    binding: 'strict',
    tickets: NO_TICKETS,
    isIssuer: () => true,
    loginMaxLifetimeSeconds: 30 * 24 * HOUR,
    idle,
    logSampling: 1,
    random: () => 0,
    nowMs,
    telemetry,
  });
}

const error = (code: string, status = 400) => fakeAwsError('dynamodb', code, status);
const ok = (body: string) => ({ status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body });

describe.each(['lean', 'SDK'] as const)('with the %s client, what goes wrong at DynamoDB', (way) => {
  it.each([
    ['a throttle', error('ThrottlingException'), 3],
    ['a 500', error('InternalServerError', 500), 3],
    ['a connection that breaks', 'reset' as const, 3],
    ['an answer that is cut off', 'cut' as const, 3],
    ['silence until the end of the invocation', 'hang' as const, 1],
    ['a role that may not read', error('AccessDeniedException'), 1],
    ['a missing table', error('ResourceNotFoundException'), 1],
    ['credentials that are refused', error('UnrecognizedClientException'), 3],
    ['the page of a proxy', { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' }, 3],
  ])('is an error, never an allow and never a denial: %s', async (_, answer, attempts) => {
    fake.answer(() => answer);
    const authorize = setUp(way, answer === 'hang' ? 500 : 10_000);
    await expect(authorize(httpApi())).rejects.toMatchObject({ code: 'AUTHORIZER_FAILED' });
    expect(fake.requests).toHaveLength(attempts);
  });

  it('is not seen when it passes', async () => {
    fake.answer(() => (fake.requests.length < 3 ? 'reset' : ok('{}')));
    expect(await setUp(way, 10_000)(httpApi())).toEqual({ isAuthorized: false });
  });
});

it.each(['null', '[]', '""', '{"Item":', '<html>'])(
  'never takes for a session, or for none, what is no answer: %s',
  async (body) => {
    fake.answer(() => ok(body));
    const asked = setUp('lean', 10_000)(httpApi());
    await expect(asked).rejects.toMatchObject({ code: 'AUTHORIZER_FAILED' });
  },
);
