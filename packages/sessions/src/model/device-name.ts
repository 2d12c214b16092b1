import Bowser from 'bowser';

/** Where the parser knows no name, it may return any part of the text. */
const PLAIN_NAME = /^[\p{L}\p{N} .+-]{1,40}$/u;

/**
 * A name that a person recognises for the client that sent this user agent, such as `Firefox on Windows`. Undefined when the
 * text does not tell.
 *
 * The name is made when a session is shown (20 µs) and not stored, so old sessions profit from a newer parser. It only helps
 * people to recognise their own devices: anyone can send any user agent.
 */
export function deviceName(userAgent: string): string | undefined {
  if (userAgent === '') return undefined;
  const { browser, os, platform } = Bowser.parse(userAgent);
  const client = plain(browser.name)?.replace(/ for Android$/, '');
  const device = plain(platform.model) ?? plain(os.name);
  return client === undefined || device === undefined ? (client ?? device) : `${client} on ${device}`;
}

function plain(name: string | null | undefined): string | undefined {
  return typeof name === 'string' && PLAIN_NAME.test(name) ? name : undefined;
}
