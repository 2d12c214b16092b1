/** What Terraform draws around its errors, and how it colours them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const DECORATION = /\u001b\[[\d;]*m|[╷│╵]/g;

/** The text of a failure of Terraform, without what is drawn around it. */
export function plainText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(DECORATION, '').replaceAll(/^ +| +$/gm, '');
}

/** The failure in a line: its title. */
export function reasonOf(error: unknown): string {
  const text = plainText(error);
  return (/^Error: (.+)$/m.exec(text)?.[1] ?? text.split('\n').find((line) => line !== '') ?? '').trim();
}
