/** Whether a log message matches a filter pattern. */
export type MessageFilter = (message: string) => boolean;

const COMPARISON = /\s*\$((?:\.[A-Za-z_][\w-]*)+)\s*(=|!=)\s*(?:"([^"]*)"|([\w.*-]+))\s*/y;
const SIGN = /\s*(&&|\|\||[()])\s*/y;
const TERM = /\s*(-?)(?:"([^"]+)"|([^\s"]+))/y;
const PLAIN = /^[\w.:/@#-]+$/;

/**
 * The part of CloudWatch's filter patterns that is answered here: terms that must all stand in the message (`-term`: must not),
 * quoted ones with any characters, and JSON comparisons, `{ $.code = "x" && ($.a != "y" || $.b = "z*") }`, with `*` as the first or last
 * character. `&&` binds closer than `||`.
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
  if (!text.endsWith('}')) return undefined;
  const reader = { text: text.slice(1, -1), at: 0 };
  const filter = anyOf(reader);
  return reader.at === reader.text.length ? filter : undefined;
}

/** Where in the text of a JSON pattern we are. */
interface Reader {
  readonly text: string;
  at: number;
}

/** The match of a sticky pattern here, and past it; undefined, and nothing is read, where it does not match. */
function take(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at;
  const match = pattern.exec(reader.text);
  if (match === null) return undefined;
  reader.at = pattern.lastIndex;
  return match;
}

function takeSign(reader: Reader, sign: string): boolean {
  const { at } = reader;
  if (take(reader, SIGN)?.[1] === sign) return true;
  reader.at = at;
  return false;
}

function anyOf(reader: Reader): MessageFilter | undefined {
  const one = allOf(reader);
  if (one === undefined || !takeSign(reader, '||')) return one;
  const others = anyOf(reader);
  return others && ((message) => one(message) || others(message));
}

function allOf(reader: Reader): MessageFilter | undefined {
  const one = comparisonOrGroup(reader);
  if (one === undefined || !takeSign(reader, '&&')) return one;
  const others = allOf(reader);
  return others && ((message) => one(message) && others(message));
}

function comparisonOrGroup(reader: Reader): MessageFilter | undefined {
  if (!takeSign(reader, '(')) return comparison(reader);
  const group = anyOf(reader);
  return takeSign(reader, ')') ? group : undefined;
}

function comparison(reader: Reader): MessageFilter | undefined {
  const [, path, operator, quoted, plain] = take(reader, COMPARISON) ?? [];
  const expected = quoted ?? plain;
  if (path === undefined || expected === undefined) return undefined;
  const names = path.slice(1).split('.');
  return (message) => {
    const found = valueAt(message, names);
    return found !== undefined && matchesText(found, expected) === (operator === '=');
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
