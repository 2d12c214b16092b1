import { opaqueUserId } from '@cloakroom/core';
import { publicSessionId } from '@cloakroom/sessions';
import { describe, expect, it } from '@jest/globals';
import type { PolicyAnswer } from './answer.ts';
import { connect, createWorld, LOGIN_ID, STAGE, session, TOKEN, user } from './authorizer-fixture.ts';
import { parseEvent } from './parse-event.ts';

const offering = (...protocols: string[]) => ({ headers: { 'Sec-WebSocket-Protocol': protocols.join(', ') } });
const statement = (answer: unknown) => (answer as PolicyAnswer).policyDocument.Statement[0];

describe('a WebSocket API', () => {
  it('is told who connects, and that they may connect: nothing else', async () => {
    const { authorize, reads, telemetry } = createWorld();
    const answer = await authorize(connect());
    expect(statement(answer)).toEqual({
      Action: 'execute-api:Invoke',
      Effect: 'Allow',
      Resource: `${STAGE}/$connect`,
    });
    const context = { userId: 'ada', sessionId: publicSessionId(user, LOGIN_ID), bootstrap: 'false', reason: 'active' };
    expect(answer).toMatchObject({ principalId: opaqueUserId(user), context });
    expect(reads).toEqual([['get', user, LOGIN_ID]]);
    expect(telemetry.lines[0]?.fields).toMatchObject({ route: '$connect' });
  });

  it('lets in nobody without a session, also not to make one', async () => {
    const answer = await createWorld({ stored: [undefined] }).authorize(connect());
    expect(statement(answer)).toMatchObject({ Effect: 'Deny', Resource: `${STAGE}/$connect` });
    expect(answer).not.toHaveProperty('context');
    expect(parseEvent(connect())).toMatchObject({ isBootstrap: false, bootstrapUserId: undefined });
  });

  it('lets in nobody whose session ended', async () => {
    const ended = { ...session, absoluteExpiresAt: 1 };
    expect(statement(await createWorld({ stored: [ended] }).authorize(connect()))).toMatchObject({ Effect: 'Deny' });
  });

  it('is answered with an error while sessions cannot be read', async () => {
    const outage = createWorld({ stored: [new Error('throttled')] }).authorize(connect());
    await expect(outage).rejects.toMatchObject({ code: 'AUTHORIZER_FAILED' });
  });
});

describe('the token of a WebSocket connection', () => {
  const authorizationOf = (changes: object) => parseEvent(connect({ headers: {}, ...changes })).authorization;
  const bearer = `Bearer ${TOKEN}`;

  it.each<[string, object]>([
    ['in the header', { headers: { authorization: bearer } }],
    ['in the header, of several values', { multiValueHeaders: { Authorization: [bearer] } }],
    ['as a subprotocol', offering(`cloakroom.bearer.${TOKEN}`)],
    ['as one of several subprotocols', offering('chat.v1', `cloakroom.bearer.${TOKEN}`, 'chat.v2')],
    ['without white space between', { headers: { 'sec-websocket-protocol': `chat,cloakroom.bearer.${TOKEN}` } }],
    [
      'in a header of its own',
      { multiValueHeaders: { 'Sec-WebSocket-Protocol': ['chat', `cloakroom.bearer.${TOKEN}`] } },
    ],
  ])('comes %s', (_, changes) => {
    expect(authorizationOf(changes)).toBe(bearer);
  });

  it.each<[string, object]>([
    ['in the query', { queryStringParameters: { token: TOKEN, authorization: bearer, Authorization: bearer } }],
    ['in the query, of several values', { multiValueQueryStringParameters: { Authorization: [bearer] } }],
    ['in a stage variable', { stageVariables: { authorization: bearer } }],
    ['as a subprotocol of another name', offering(`bearer.${TOKEN}`, TOKEN)],
  ])('is not looked for %s', async (_, changes) => {
    expect(authorizationOf(changes)).toBeUndefined();
    await expect(createWorld().authorize(connect({ headers: {}, ...changes }))).rejects.toThrow(/^Unauthorized$/);
  });

  it.each<[string, object]>([
    [
      'header and subprotocol',
      { headers: { Authorization: bearer, ...offering(`cloakroom.bearer.${TOKEN}`).headers } },
    ],
    ['two subprotocols', offering(`cloakroom.bearer.${TOKEN}`, `cloakroom.bearer.${TOKEN}`)],
    ['two headers', { multiValueHeaders: { authorization: [bearer, bearer] } }],
    ['a ticket beside it', { headers: { Authorization: bearer, Cookie: 'a=1; __Host-cloakroom=x' } }],
    ['an empty one', offering('cloakroom.bearer.')],
    ['one with what no token has', offering(`cloakroom.bearer.${TOKEN}=`)],
  ])('is refused with %s', async (_, changes) => {
    await expect(createWorld().authorize(connect(changes))).rejects.toThrow(/^Unauthorized$/);
  });
});

describe('an event that no WebSocket API sends', () => {
  const { requestContext } = connect();

  it.each<[string, object]>([
    ['of a message', { requestContext: { ...requestContext, eventType: 'MESSAGE', routeKey: 'send' } }],
    ['of the end', { requestContext: { ...requestContext, eventType: 'DISCONNECT', routeKey: '$disconnect' } }],
    ['whose ARN is another route’s', { methodArn: `${STAGE}/$default` }],
    ['whose ARN goes on', { methodArn: `${STAGE}/$connect/*` }],
    ['whose ARN ends in a line feed', { methodArn: `${STAGE}/$connect\n` }],
    ['whose ARN is a whole stage', { methodArn: `${STAGE}/*` }],
    ['without a context', { requestContext: undefined }],
  ])('is an error: %s', async (_, changes) => {
    await expect(createWorld().authorize(connect(changes))).rejects.toMatchObject({ code: 'AUTHORIZER_FAILED' });
  });
});
