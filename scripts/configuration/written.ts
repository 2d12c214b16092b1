/** A value as it stands in TypeScript: data, and calls of functions of this repository. */
export type Written = string | number | boolean | Call | readonly Written[] | { readonly [key: string]: Written };

/** The call of a function with one argument. */
export class Call {
  readonly name: string;
  readonly argument: Written;

  constructor(name: string, argument: Written) {
    this.name = name;
    this.argument = argument;
  }
}

/** Without the fields that have nothing to say. */
export function compact(fields: Readonly<Record<string, Written | undefined>>): Readonly<Record<string, Written>> {
  const told = Object.entries(fields).filter((field): field is [string, Written] => field[1] !== undefined);
  return Object.fromEntries(told);
}

const LINE_WIDTH = 120;

/**
 * The value in TypeScript, as the formatter of this repository has it. Whatever a text holds, it comes back as it is: texts are
 * literals, with every quote, backslash and line end escaped.
 *
 * @param column where the value begins, on a line that is indented by `indent`
 */
function toSource(value: Written, indent: string, column: number): string {
  if (typeof value === 'string') return literal(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Call)
    return `${value.name}(${toSource(value.argument, indent, column + value.name.length + 1)})`;
  if (isList(value)) return listSource(value, indent, column);
  return objectSource(value, indent);
}

/** The fields, a line each, without the braces around them. */
export function fieldsSource(fields: Readonly<Record<string, Written>>, indent: string): readonly string[] {
  return Object.entries(fields).map(([key, value]) => {
    const start = `${indent}${keySource(key)}: `;
    return `${start}${toSource(value, indent, start.length)},`;
  });
}

function keySource(key: string): string {
  // Any other spelling of this one would set the prototype.
  if (key === '__proto__') return "['__proto__']";
  return /^[A-Za-z_]\w*$/.test(key) ? key : literal(key);
}

function objectSource(fields: { readonly [key: string]: Written }, indent: string): string {
  const entries = Object.entries(fields);
  if (entries.length === 0) return '{}';
  return `{\n${fieldsSource(fields, `${indent}  `).join('\n')}\n${indent}}`;
}

function listSource(list: readonly Written[], indent: string, column: number): string {
  const line = `[${list.map((one) => toSource(one, indent, 0)).join(', ')}]`;
  if (!line.includes('\n') && column + line.length < LINE_WIDTH) return line;
  const inner = `${indent}  `;
  return `[\n${list.map((one) => `${inner}${toSource(one, inner, inner.length)},\n`).join('')}${indent}]`;
}

/** JSON's is one of JavaScript's too (ECMA-262, since 2019); the quotes are those that need fewer escapes. */
function literal(text: string): string {
  const json = JSON.stringify(text);
  const count = (quote: string) => text.split(quote).length - 1;
  if (count("'") > count('"')) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function isList(value: Written): value is readonly Written[] {
  return Array.isArray(value);
}
