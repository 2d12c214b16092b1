/** `${type.name.steps…}`: one step is an attribute's name or a list index. */
export interface Reference {
  readonly type: string;
  readonly name: string;
  readonly steps: readonly (string | number)[];
  /** How many of the steps lead to a set that is read as a list: 1 in `${tolist(type.name.set)[0].attribute}`. */
  readonly toListAt?: number;
}

/** Literal text, or a reference to be replaced by its value. */
export type TemplatePart = string | Reference;

/** A text uses more of Terraform's template language than is understood here. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

const REFERENCE = /^([a-z][a-z0-9_]*)\.([A-Za-z_][\w-]*)((?:\.[A-Za-z_][\w-]*|\[\d{1,9}\])+)$/;
/** An element of a set, by whichever of Terraform's two ways to write an index. */
const ELEMENT = /^tolist\(([^()]+)\)(?:\.(\d{1,9})|\[(\d{1,9})\])((?:\.[A-Za-z_][\w-]*|\[\d{1,9}\])*)$/;
const STEP = /\.([A-Za-z_][\w-]*)|\[(\d+)\]/g;

/**
 * Splits a text of Terraform's JSON syntax into literals and references. No two literals are neighbours, none is empty.
 * Functions, conditionals, operators, `%{…}` directives and whole resources are refused, never passed on as text.
 * https://developer.hashicorp.com/terraform/language/expressions/strings
 *
 * @throws TemplateError naming the expression
 */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('$${', at)) {
      // "$$${" reads as an escape or as a dollar and an expression, depending on the reader.
      if (text[at - 1] === '$') throw new TemplateError(`"$$$\{" is ambiguous`);
      literal += '${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      const end = text.indexOf('}', at);
      if (end === -1) throw new TemplateError(`"${text.slice(at)}" has no end`);
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(parseReference(text.slice(at + 2, end)));
      at = end + 1;
    } else if (text.startsWith('%{', at)) {
      throw new TemplateError('template directives ("%{") are not understood');
    } else {
      literal += text[at];
      at += 1;
    }
  }
  if (literal !== '') parts.push(literal);
  return parts;
}

/** The text that `parseTemplate` reads as these parts. */
export function formatTemplate(parts: readonly TemplatePart[]): string {
  // A function, since a replacement's own "$$" means one dollar.
  const escaped = (literal: string) => literal.replaceAll('${', () => '$${');
  return parts.map((part) => (typeof part === 'string' ? escaped(part) : formatReference(part))).join('');
}

/** The reference as it is written in the stack. */
export function formatReference({ type, name, steps, toListAt = 0 }: Reference): string {
  const path = (some: Reference['steps']) =>
    some.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  const first = `${type}.${name}${path(steps.slice(0, toListAt))}`;
  return `\${${toListAt > 0 ? `tolist(${first})` : first}${path(steps.slice(toListAt))}}`;
}

function parseReference(source: string): Reference {
  const [, set, legacyIndex, index = legacyIndex, rest = ''] = ELEMENT.exec(source) ?? [];
  const match = REFERENCE.exec(set ?? source);
  const [, type, name, path] = match ?? [];
  if (type === undefined || name === undefined || path === undefined) {
    throw new TemplateError(
      `"\${${source}}" is not understood: only \${type.name.attribute} is, and \${tolist(type.name.attribute)[0].attribute}`,
    );
  }
  const steps = stepsOf(path);
  if (set === undefined) return { type, name, steps };
  return { type, name, steps: [...steps, Number(index), ...stepsOf(rest)], toListAt: steps.length };
}

function stepsOf(path: string): Reference['steps'] {
  return [...path.matchAll(STEP)].map(([, attribute, index]) => attribute ?? Number(index));
}
