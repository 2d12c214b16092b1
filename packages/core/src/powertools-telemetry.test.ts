import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { createTelemetry } from './powertools-telemetry.ts';

const environment = { ...process.env };
let lines: Record<string, unknown>[];

beforeEach(() => {
  Object.assign(process.env, {
    POWERTOOLS_DEV: 'true', // Powertools then writes to the console of this realm
    POWERTOOLS_METRICS_DISABLED: 'false',
    POWERTOOLS_SERVICE_NAME: 'health',
    POWERTOOLS_METRICS_NAMESPACE: 'cloakroom-dev',
  });
  lines = [];
  const keep = (line: unknown) => {
    lines.push(JSON.parse(String(line)));
  };
  for (const method of ['info', 'warn', 'error', 'log'] as const) jest.spyOn(console, method).mockImplementation(keep);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...environment };
});

it.each(['info', 'warn', 'error'] as const)('writes %s as one JSON line with code, sentence and fields', (level) => {
  createTelemetry().log[level]('session.created', 'a session was created', { user: 'U#a#b' });
  expect(lines).toEqual([
    expect.objectContaining({
      level: level.toUpperCase(),
      service: 'health',
      code: 'session.created',
      message: 'a session was created',
      user: 'U#a#b',
    }),
  ]);
});

it('counts at once, in CloudWatch’s embedded metric format', () => {
  const { meter } = createTelemetry();
  meter.count('CredentialRefresh');
  meter.count('SessionsRevoked', {}, 3);
  meter.count('Denied', { reason: 'SESSION_REQUIRED' });
  expect(lines).toEqual([
    expect.objectContaining({ service: 'health', CredentialRefresh: 1 }),
    expect.objectContaining({ service: 'health', SessionsRevoked: 3 }),
    expect.objectContaining({ service: 'health', reason: 'SESSION_REQUIRED', Denied: 1 }),
  ]);
  expect(lines[2]).toMatchObject({
    _aws: { CloudWatchMetrics: [{ Namespace: 'cloakroom-dev', Metrics: [{ Name: 'Denied', Unit: 'Count' }] }] },
  });
});

it('tells how much there is, in its unit', () => {
  createTelemetry().meter.gauge('KeySetAge', 12.5, 'Seconds');
  expect(lines).toEqual([expect.objectContaining({ service: 'health', KeySetAge: 12.5 })]);
  expect(lines[0]).toMatchObject({
    _aws: { CloudWatchMetrics: [{ Dimensions: [['service']], Metrics: [{ Name: 'KeySetAge', Unit: 'Seconds' }] }] },
  });
});

it('counts by a line itself, for the function and by each of its fields alone', () => {
  const { log, before } = createTelemetry();
  before({ event: {}, context: { awsRequestId: 'one' } });
  const count = { metric: 'AuthorizerDenied', by: ['route', 'reason'] };
  log.info('authorizer.denied', 'denied', { reason: 'session_ended' }, count);
  expect(lines).toEqual([
    expect.objectContaining({
      code: 'authorizer.denied',
      service: 'health',
      function_request_id: 'one',
      route: 'other',
      reason: 'session_ended',
      AuthorizerDenied: 1,
    }),
  ]);
  const Dimensions = [['service'], ['service', 'route'], ['service', 'reason']];
  expect(lines[0]).toMatchObject({ _aws: { CloudWatchMetrics: [{ Dimensions }] } });
});

it('counts a line that the level leaves out', () => {
  process.env.POWERTOOLS_LOG_LEVEL = 'WARN';
  createTelemetry().log.info('authorizer.allowed', 'allowed', { route: '$default' }, { metric: 'Allowed' });
  expect(lines).toEqual([expect.objectContaining({ service: 'health', Allowed: 1 })]);
  expect(lines[0]).not.toHaveProperty('code');
});

it('gives the lines and metrics of an invocation its ids and the request’s, and those of the next the next one’s', () => {
  const { before, log, meter } = createTelemetry();
  log.info('some.code', 'before any');
  before({ event: { requestContext: { requestId: 'first' } }, context: { awsRequestId: 'one' } });
  log.info('some.code', 'within');
  log.error('some.code', 'about another request', { requestId: 'of a message' });
  meter.count('Denied', { reason: 'SESSION_REQUIRED' });
  before({ event: { Records: [] }, context: { awsRequestId: 'two' } });
  log.warn('some.code', 'within');
  expect(lines.map(({ requestId, function_request_id }) => [requestId, function_request_id])).toEqual([
    [undefined, undefined],
    ['first', 'one'],
    ['of a message', 'one'],
    ['first', 'one'],
    [undefined, 'two'],
  ]);
  expect(lines[3]).toMatchObject({ _aws: { CloudWatchMetrics: [{ Dimensions: [['service', 'reason']] }] } });
});
