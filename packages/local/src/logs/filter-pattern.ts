/** Whether a log message matches a filter pattern. */
export type MessageFilter = (message: string) => boolean;

const JSON_PATTERN = /^\{\s*\$((?:\.[A-Za-z_][\w-]*)+)\s*(=|!=)\s*(?:"([^"]*)"|([\w.*-]+))\s*\}$/;
const TERM = /\s*(-?)(?:"([^"]+)"|([^\s"]+))/y;
const PLAIN = /^[\w.:/@#-]+$/;

/**
 * The part of CloudWatch's filter patterns that is answered here: terms that must all stand in the message (`-term`: must not),
 * quoted ones with any characters, and one JSON comparison, `{ $.code = "x" }` or `!=`, with `*` as the first or last character.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 *
 * @returns undefined for a pattern beyond that
 */
export function parseFilterPattern(pattern: string): MessageFilter | undefined {
  const text = pattern.trim();
  return text.startsWith('{') ? jsonFilter(text) : termsFilter(text);
}

function termsFilter(text: string): MessageFilter | undefined {
  const wanted: string[] = [];
  const unwanted: string[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < text.length) {
    const [, minus, quoted, plain] = TERM.exec(text) ?? [];
    const term = quoted ?? plain;
    if (term === undefined || (quoted === undefined && !PLAIN.test(term))) return undefined;
    (minus === '-' ? unwanted : wanted).push(term);
  }
  return (message) =>
    wanted.every((term) => message.includes(term)) && !unwanted.some((term) => message.includes(term));
}

function jsonFilter(text: string): MessageFilter | undefined {
  const [, path, operator, quoted, plain] = JSON_PATTERN.exec(text) ?? [];
  const expected = quoted ?? plain;
  if (path === undefined || expected === undefined) return undefined;
  const names = path.slice(1).split('.');
  return (message) => {
    const found = valueAt(message, names);
    if (found === undefined) return false;
    return matchesText(found, expected) === (operator === '=');
  };
}

function valueAt(message: string, names: readonly string[]): string | undefined {
  let value: unknown;
  try {
    // The runtime puts time, request id and level before what a function logs with `console`.
    value = JSON.parse(message.slice(Math.max(0, message.indexOf('{'))));
  } catch {
    return undefined;
  }
  for (const name of names) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return typeof value === 'object' ? undefined : String(value);
}

function matchesText(found: string, expected: string): boolean {
  if (expected === '*') return true;
  if (expected.startsWith('*')) return found.endsWith(expected.slice(1));
  return expected.endsWith('*') ? found.startsWith(expected.slice(0, -1)) : found === expected;
}
