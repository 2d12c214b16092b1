import { contextOf, eventOf } from '../authorization/event.ts';
import { AUTHORIZER } from '../authorization/start-world.ts';
import type { Credential } from '../authorization/world.ts';

const { handler } = await import(AUTHORIZER);
const credentials = JSON.parse(process.env.CREDENTIALS ?? '') as readonly Credential[];
let next = 0;

/** The whole decision of the built authorizer: the credential, the read, the rules, the answer, and its line in the log. */
export async function check(): Promise<boolean> {
  const credential = credentials[next++ % credentials.length] ?? {};
  const { isAuthorized } = await handler(eventOf(credential), contextOf(String(next)));
  return isAuthorized;
}
