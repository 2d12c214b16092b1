/** A block of commands on a page, and the answer that stands below it. */
export interface PageCommand {
  /** Text for a shell. */
  readonly command: string;
  /** Absent where nothing is said about it: `…` in it stands for any text. */
  readonly answer?: string;
}

const BLOCK = /```(\w+)\n([\s\S]*?)```/g;

/** Every `sh` block of a page in Markdown; a `text` block is the answer of the `sh` block before it. */
export function pageCommands(page: string): readonly PageCommand[] {
  const commands: PageCommand[] = [];
  for (const [, language, text = ''] of page.matchAll(BLOCK)) {
    if (language === 'sh') commands.push({ command: text });
    const last = commands.at(-1);
    if (language === 'text' && last !== undefined) commands[commands.length - 1] = { ...last, answer: text };
  }
  return commands;
}

/** What an answer must match: columns may be apart by any space, and `…` is any text. */
export function answerPattern(answer: string): RegExp {
  const pieces = answer
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.*'));
  return new RegExp(`^${pieces.join('\\s+')}$`);
}
