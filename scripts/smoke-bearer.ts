import { askAsProgram } from './smoke-anonymous.ts';
import { assertStatus, requireText } from './smoke-answer.ts';
import { eventSteps } from './smoke-event.ts';
import { SIGN_IN_CLOSED, type Step, StepFailure, StepLeftOut } from './smoke-steps.ts';

interface BearerOptions {
  readonly api: string;
  readonly accessToken: string;
  readonly waitSeconds: number;
}

const SIGN_IN_AGAIN =
  'sign in again for new tokens: these are of a login that is too old, has ended, or is not trusted';

/** A session of an access token, from its beginning to its end; with it ends what can be done with the token. */
export function bearerSteps({ api, accessToken, waitSeconds }: BearerOptions): readonly Step[] {
  const ask = askAsProgram(api, accessToken);
  let userKey = '';
  let sessionId = '';
  return [
    {
      name: 'a token makes a session',
      next: SIGN_IN_AGAIN,
      isNeeded: true,
      async run() {
        const answer = await ask('POST', '/auth/bootstrap-session');
        if (answer.code === 'SIGN_IN_CLOSED') throw new StepLeftOut(SIGN_IN_CLOSED);
        assertStatus(answer, 200);
        userKey = requireText(answer, 'userKey');
        sessionId = requireText(answer, 'sessionId');
        return undefined;
      },
    },
    {
      name: 'the session opens the API',
      next: 'the authorizer refuses a session that was just made: scripts/logs … --reason session_required',
      async run() {
        assertStatus(await ask('GET', '/users/me/events'), 200);
        assertStatus(await ask('GET', `/users/${userKey}/events`), 200);
        return undefined;
      },
    },
    {
      name: 'but not to another user',
      next: 'one user reads what is of another: take the API off the network',
      run: async () => assertStatus(await ask('GET', '/users/somebody-else/events'), 403),
    },
    ...eventSteps({ ask, waitSeconds }),
    {
      name: 'the session is revoked',
      next: 'docs/troubleshooting.md',
      run: async () => assertStatus(await ask('DELETE', `/sessions/${sessionId}`), 200),
    },
    {
      name: 'the very next request is refused',
      next: 'revocation has no effect: does a cache stand before the authorizer, or does it read another table?',
      async run() {
        const answer = await ask('GET', '/users/me/events');
        if (answer.status === 200) throw new StepFailure(`session ${sessionId} was revoked, and still opens the API`);
        assertStatus(answer, [401, 403]);
        return undefined;
      },
    },
  ];
}
