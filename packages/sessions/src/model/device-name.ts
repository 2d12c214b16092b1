import Bowser from 'bowser';

/** What the parser takes for a name, where it knows no better, can be any part of the text. */
const PLAIN_NAME = /^[\p{L}\p{N} .+-]{1,40}$/u;

/**
 * What a person calls the client that sent this user agent, such as `Firefox on Windows` or `Safari on iPhone`; undefined when
 * the text tells nothing of the kind.
 *
 * It is read where it is shown, and not kept: it costs 20 µs, sessions of old get what the parser has learned since, and what
 * was sent stays the one truth. It is a help to recognise one's own devices: anyone can send any user agent.
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
