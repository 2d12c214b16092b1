import type { Tools } from './tools.ts';

/** Tools that do nothing but remember what they were asked. */
export interface RecordedTools {
  readonly tools: Tools;
  /** Programs with their arguments, as a line each, in order. */
  readonly steps: readonly string[];
  readonly said: readonly string[];
  readonly asked: readonly string[];
}

interface Answers {
  /** What a program prints. Throws when it fails. Default: nothing. */
  readonly read?: (line: string, args: readonly string[]) => string;
  /** How a program ends. Default: well. */
  readonly run?: (line: string) => number | undefined;
  readonly answer?: boolean;
}

export function recordedTools({ read = () => '', run = () => 0, answer = true }: Answers = {}): RecordedTools {
  const steps: string[] = [];
  const said: string[] = [];
  const asked: string[] = [];
  const note = (program: string, args: readonly string[]) => {
    const line = [program, ...args].join(' ');
    steps.push(line);
    return line;
  };
  const tools: Tools = {
    run: (program, args) => run(note(program, args)),
    read: (program, args) => read(note(program, args), args),
    async confirm(question) {
      asked.push(question);
      return answer;
    },
    say: (line) => void said.push(line),
  };
  return { tools, steps, said, asked };
}
