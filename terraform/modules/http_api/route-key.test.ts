import { describe, expect, it } from '@jest/globals';
import { corsFor } from './cors.ts';
import { RouteKey } from './route-key.ts';

describe('RouteKey', () => {
  it('names what belongs to a route', () => {
    const key = new RouteKey('GET /users/{userId}/events');
    expect(key.slug).toBe('get_users_userid_events');
    expect(key.sourceArn('arn:aws:execute-api:r:a:api')).toBe('arn:aws:execute-api:r:a:api/*/GET/users/*/events');
    expect(new RouteKey('DELETE /sessions/{sessionId}').slug).toBe('delete_sessions_sessionid');
  });

  it.each([
    '$default',
    'ANY /health',
    'GET health',
    'GET /',
    'GET /a//b',
    'GET /{proxy+}',
    'GET /a?b',
    'get /a',
    'GET /a/',
  ])('refuses %s', (text) => {
    expect(() => new RouteKey(text)).toThrow(`not a route key: ${text}`);
  });
});

it('refuses patterns of origins, which must not meet credentials', () => {
  expect(() => corsFor(['https://app.example.com', '*'], ['GET'])).toThrow('an allowed origin must be exact, not *');
});
