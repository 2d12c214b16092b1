import type { HttpRequest } from './route.ts';
import { type IpStorage, storedIp } from './stored-ip.ts';

export type { IpStorage } from './stored-ip.ts';

/** Of what is kept; a longer header is cut. */
export const MAX_USER_AGENT_LENGTH = 512;

/** What is kept of the client of a request, for its user to recognise it by. */
export function clientInfo(
  { ip, userAgent = '' }: Pick<HttpRequest<unknown>, 'ip' | 'userAgent'>,
  ipStorage: IpStorage,
): { readonly ip: string; readonly userAgent: string } {
  return { ip: storedIp(ip, ipStorage), userAgent: shortened(userAgent) };
}

/** A cut may go through the middle of a character; what is left of it is replaced. */
function shortened(userAgent: string): string {
  return userAgent.slice(0, MAX_USER_AGENT_LENGTH).toWellFormed();
}
