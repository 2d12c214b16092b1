import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSub } from '@cloakroom/core';
import type Provider from 'oidc-provider';
import { acrValuesOf } from './interaction-policy.ts';
import { loginPage } from './login-page.ts';
import type { CurrentBehaviour } from './provider-behaviour.ts';
import { readForm } from './read-form.ts';

/** The kind of a sign-in where nothing else was asked for. */
const USUAL_ACR = '1';

/** The page that asks for a name, and what it posts. There is no password: everything here is local. */
export async function login(
  { provider, behaviour }: { readonly provider: Provider; readonly behaviour: CurrentBehaviour },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params, prompt } = await provider.interactionDetails(request, response);
  const html = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
  if (request.method !== 'POST') {
    const hint = typeof params.login_hint === 'string' ? params.login_hint : undefined;
    response.writeHead(200, html).end(loginPage({ hint }));
    return;
  }
  const form = await readForm(request);
  const finish = (result: object) =>
    provider.interactionFinished(request, response, { ...result }, { mergeWithLastSubmission: false });
  if (form.has('cancel')) return finish({ error: 'access_denied', error_description: 'The user cancelled' });
  const accountId = form.get('login')?.trim() ?? '';
  const problem = problemOf(accountId, behaviour);
  if (problem !== undefined) {
    response.writeHead(400, html).end(loginPage({ problem }));
    return;
  }
  const acr = acrValuesOf(params.acr_values)[0] ?? USUAL_ACR;
  await finish({ [prompt.name]: {}, login: { accountId, acr } });
}

function problemOf(name: string, behaviour: CurrentBehaviour): string | undefined {
  if (!isSub(name)) return 'A name has 1 to 255 printable ASCII characters.';
  return behaviour().disabledUsers.includes(name) ? 'This user is disabled.' : undefined;
}
