import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { OperatorClients } from '@cloakroom/aws/operator';
import { userKey } from '@cloakroom/core';
import { createBrowser } from '@cloakroom/local/token';
import { expect } from '@jest/globals';
import type { AwsFaults } from './aws-faults.ts';
import type { Browsers } from './browsers.ts';
import { bearer, get, post, request } from './dev.ts';
import type { LocalRun } from './start-in-process.ts';

const UNAVAILABLE = { code: 'InternalServerError', status: 500 } as const;
const SLOW_MS = 1500;
const REFRESH_KEYS = 'cloakroom-dev-refresh-keys';

/** What faults are made in: a running stack whose provider is in the shape of a Keycloak. */
interface FaultyWorld {
  readonly local: LocalRun;
  readonly at: Browsers;
  readonly aws: AwsFaults;
  readonly clients: OperatorClients;
  /** The token of somebody who has a session. */
  readonly alice: string;
}

async function sessionOf(user: string, { local }: FaultyWorld): Promise<string> {
  const token = await local.newLogin(user);
  expect((await post(`${local.api}/users/me/sessions`, token)).status).toBe(200);
  return token;
}

async function endAll(token: string, { local }: FaultyWorld): Promise<void> {
  const url = `${local.api}/users/me/sessions`;
  expect((await request(url, { method: 'DELETE', headers: bearer(token) })).status).toBe(200);
}

async function refreshOf(browser: Awaited<ReturnType<Browsers['signedIn']>>, { at }: FaultyWorld): Promise<number> {
  return (await at.call(browser, '/auth/refresh', { method: 'POST' })).status;
}

async function statusOf(path: string, { local, alice }: FaultyWorld): Promise<number> {
  return (await get(local.api + path, alice)).status;
}

interface Fault {
  readonly make: (world: FaultyWorld) => Promise<void>;
  /** What the first command of the runbook says of its cause. */
  readonly cause: RegExp;
}

/** What can go wrong on one machine, by the alarm that it leads to. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'denied-rate': {
    cause: /\d+ code=authorizer\.denied reason=session_required .*route="GET \/users\/\{userId\}\/events"/,
    async make({ local }) {
      expect((await get(`${local.api}/users/me/events`, await local.newLogin('dora'))).status).toBe(403);
    },
  },
  'refused-tokens': {
    cause: /reason=not_canonical|reason=header_malformed/,
    async make({ local }) {
      expect((await get(`${local.api}/users/me/events`, 'a.b.c')).status).toBe(401);
      expect((await post(`${local.api}/auth/bootstrap-session`, 'a.b.c')).status).toBe(401);
    },
  },
  revocations: {
    cause: /code=session\.revoked_all by=self actor=\w+ route="DELETE \/users\/\{userId\}\/sessions"/,
    async make(world) {
      await endAll(await sessionOf('rosa', world), world);
    },
  },
  'sign-in-success': {
    cause: /code=session\.refused reason=LOGIN_ENDED remedy=sign_out_at_provider issuer=local/,
    async make(world) {
      const { local } = world;
      const token = await sessionOf('sven', world);
      await endAll(token, world);
      expect((await post(`${local.api}/auth/bootstrap-session`, token)).status).toBe(403);
    },
  },
  'authorizer-latency': {
    // The slowest first, and none before was slow.
    cause: /^REPORT RequestId: \S+\s+Duration: (1[5-9]|[2-9]\d)\d\d\./,
    async make(world) {
      const { aws } = world;
      aws.delay('authorizer', SLOW_MS);
      expect(await statusOf('/users/me/sessions', world)).toBe(200);
    },
  },
  'authorizer-errors': {
    cause:
      /error\.name=DependencyUnavailableError error\.message="DynamoDBClient is not available: InternalServerError/,
    async make(world) {
      const { aws } = world;
      aws.fail({ functionName: 'authorizer', ...UNAVAILABLE });
      expect(await statusOf('/users/me/sessions', world)).toBe(500);
    },
  },
  'api-errors': {
    cause: /service=sessions-api route="GET \/users\/\{userId\}\/sessions" error\.name=DependencyUnavailableError/,
    async make(world) {
      const { aws } = world;
      aws.fail({ functionName: 'sessions-api', ...UNAVAILABLE });
      expect(await statusOf('/users/me/sessions', world)).toBe(503);
    },
  },
  'table-throttles': {
    cause: /service=list-events .*error\.cause\.name=ProvisionedThroughputExceededException/,
    async make(world) {
      const { aws } = world;
      aws.fail({ functionName: 'list-events', code: 'ProvisionedThroughputExceededException', status: 400 });
      expect(await statusOf('/users/me/events', world)).toBe(503);
    },
  },
  'credential-refreshes': {
    cause: /service=user-data code=aws\.credentials\.refresh error=\S*UnrecognizedClientException/,
    async make(world) {
      const { aws } = world;
      aws.fail({ functionName: 'user-data', code: 'UnrecognizedClientException', status: 403 });
      expect(await statusOf('/users/me/export', world)).toBe(503);
    },
  },
  'queue-age': {
    cause: /code=event\.failed error\.name=DependencyUnavailableError/,
    async make({ local, aws, alice }) {
      aws.fail({ functionName: 'store-event', ...UNAVAILABLE });
      expect((await post(`${local.api}/users/me/events`, alice, { type: 'door.opened', data: {} })).status).toBe(202);
    },
  },
  'stream-age': {
    cause: /code=change\.failed error\.name=DependencyUnavailableError/,
    async make(world) {
      const { aws } = world;
      aws.fail({ functionName: 'record-changes', ...UNAVAILABLE });
      await sessionOf('stan', world);
    },
  },
  'dead-letters': {
    cause: /changes: 1\n.*INSERT of SESSION#of-a-lat….* malformed: kind/,
    async make({ clients }) {
      const key = {
        user_key: { S: userKey({ issuer: 'local', sub: 'lena' }) },
        item: { S: 'SESSION#of-a-later-kind' },
      };
      const later = { TableName: 'cloakroom-dev-sessions', Item: { ...key, kind: { S: 'canary' } } };
      await clients.dynamodb.send(new PutItemCommand(later));
      const queue = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: 'cloakroom-dev-events' }));
      await clients.sqs.send(new SendMessageCommand({ QueueUrl: queue.QueueUrl, MessageBody: 'poison' }));
    },
  },
  'key-set-age': {
    cause: /code=keys\.refresh_failed issuer=local error\.code=KEY_SET_UNREADABLE .* answered 503/,
    async make({ at, clients }) {
      await at.behave({ outage: 'unavailable' });
      await clients.lambda.send(new InvokeCommand({ FunctionName: REFRESH_KEYS, Qualifier: 'live' }));
    },
  },
  'sign-in-completion': {
    cause: /issuer=local reason=PROVIDER_UNAVAILABLE cause=\S+/,
    async make({ at }) {
      await at.behave({ answers: { token: { status: 503, body: { error: 'temporarily_unavailable' } } } });
      expect((await at.signIn(createBrowser(), 'sara')).at).toBe('/app?error=PROVIDER_UNAVAILABLE#');
    },
  },
  'refresh-failures': {
    cause: /issuer=local reason=unavailable cause=\S+/,
    async make(world) {
      const { at } = world;
      const browser = await at.signedIn('rita');
      await at.makeDue(browser);
      await at.behave({ outage: 'unavailable' });
      expect(await refreshOf(browser, world)).toBe(503);
    },
  },
  'reuse-detected': {
    cause: /token-handler +WARN +ticket\.reused .*user=\w+ .*session=\w+/,
    async make(world) {
      const { at } = world;
      const victim = await at.signedIn('vera');
      const thief = victim.copy();
      expect(await refreshOf(thief, world)).toBe(200);
      expect((await at.call(thief, '/users/me/sessions')).status).toBe(200);
      await at.ageRefresh(thief);
      expect((await at.call(victim, '/users/me/sessions')).status).toBe(401);
      expect(await refreshOf(victim, world)).toBe(410);
    },
  },
  'backchannel-failures': {
    cause: /backchannel-logout +ERROR +backchannel_logout\.failed .*reason=DEPENDENCY_UNAVAILABLE issuer=local/,
    async make({ at, aws }) {
      await at.signedIn('bob');
      const [sid = ''] = await at.sessionsOf('bob');
      aws.fail({ functionName: 'backchannel-logout', ...UNAVAILABLE });
      expect((await at.sendLogoutToken(await at.logoutToken({ sid, sub: 'bob' }))).status).toBe(503);
    },
  },
};
