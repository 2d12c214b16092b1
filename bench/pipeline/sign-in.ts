import { Agent } from 'node:http';
import { post } from './post-events.ts';
import type { RunningDev } from './start-dev.ts';

/** Users with a session each. */
export interface SignedIn {
  readonly tokens: readonly string[];
  readonly userKeys: readonly string[];
}

/** @throws Error when one of them gets no session */
export async function signIn(dev: RunningDev, users: number): Promise<SignedIn> {
  const agent = new Agent();
  const tokens: string[] = [];
  const userKeys: string[] = [];
  for (let index = 0; index < users; index += 1) {
    const token = await dev.tokenOf(`bench${index}`);
    const { status, text } = await post(`${dev.api}/users/me/sessions`, { agent, token, body: '{}' });
    if (status !== 200) throw new Error(`POST /users/me/sessions was answered ${status}: ${text}`);
    const { userKey } = (JSON.parse(text) as { data: { userKey: string } }).data;
    tokens.push(token);
    userKeys.push(Buffer.from(userKey.slice(1), 'base64url').toString());
  }
  return { tokens, userKeys };
}
