import { CSRF_HEADER } from '@cloakroom/core';
import { type Ask, assertStatus, readAnswer } from './smoke-answer.ts';
import { type Step, StepFailure } from './smoke-steps.ts';

const TIMEOUT_MS = 15_000;

/** Asks as a program does: with a token, or with nothing. */
export function askAsProgram(api: string, token?: string): Ask {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return async (method, path, body) => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(api + path, {
      method,
      headers: { ...authorization, ...json, [CSRF_HEADER]: '1' },
      body: body === undefined ? null : JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return readAnswer(`${method} ${path}`, response);
  };
}

/** Whether anything answers. Where this fails, nothing else is worth asking. */
export function healthSteps(api: string): readonly Step[] {
  const ask = askAsProgram(api);
  return [
    {
      name: 'health',
      next: `does the API run at ${api}? Locally: scripts/dev. On AWS: terraform output -raw ApiUrl`,
      async run() {
        const answer = await ask('GET', '/health');
        assertStatus(answer, 200);
        return `version ${answer.data?.version}`;
      },
    },
  ];
}

/** What must be right for everybody, whoever asks; none of these needs another. */
export function anonymousSteps(api: string): readonly Step[] {
  const ask = askAsProgram(api);
  const refused = (name: string, asking: Ask, [method, path, status]: readonly [string, string, number]): Step => ({
    name,
    next: 'a route is open that must not be, or stands in another API: compare with docs/api.md before anybody uses it',
    run: async () => assertStatus(await asking(method, path), status),
  });
  return [
    {
      name: 'every dependency answers',
      next: 'docs/troubleshooting.md, for the dependency that is down',
      run: async () => assertStatus(await ask('GET', '/ready'), 200),
    },
    {
      name: 'the CSRF header arrives',
      next: `let ${CSRF_HEADER} pass through every proxy and CDN in front of the API`,
      async run() {
        const { data, asked } = await ask('GET', '/health');
        if (data?.csrfHeader !== true) {
          throw new StepFailure(`${asked} says that ${CSRF_HEADER} did not arrive: csrfHeader is ${data?.csrfHeader}`);
        }
        return undefined;
      },
    },
    refused('no credential, no entry', ask, ['GET', '/users/me/events', 401]),
    refused('garbage is no credential', askAsProgram(api, 'garbage'), ['GET', '/users/me/events', 401]),
    refused('no credential, no session', ask, ['POST', '/auth/bootstrap-session', 401]),
    refused('an unknown route is unknown', ask, ['GET', '/nothing-here', 404]),
  ];
}
