import { join } from 'node:path';
import type { BenchContext, Part, Row } from '../../scripts/bench-part.ts';
import { quartilesOf } from '../../scripts/bench-statistics.ts';
import { startChild } from '../child.ts';
import type { Memory } from '../memory/worker.ts';

const [TOKENS, QUICK_TOKENS] = [1_000_000, 50_000];
/** Before the first look: compilers have done their work then, and V8's young generation is as large as it gets. */
const [WARM_UP_TOKENS, QUICK_WARM_UP_TOKENS] = [200_000, 50_000];
const MIB = 1024 * 1024;

export const part: Part = {
  letter: 'h',
  title: 'Memory over many tokens',
  measures:
    'What the verifier of the authorizer has grown by over a million distinct valid tokens (EdDSA), after 200,000 others; over 50,000, ' +
    'after as many, with `--quick`. Heap after a collection of all garbage, and resident set. One run, in a process of its own.',
  run,
};

async function run({ isQuick, progress }: BenchContext): Promise<readonly Row[]> {
  const child = await startChild(join(import.meta.dirname, '../memory/worker.ts'), [], {
    env: { PATH: process.env.PATH },
    execArgv: ['--expose-gc'],
  });
  try {
    progress('warming up');
    const before = (await child.ask(isQuick ? QUICK_WARM_UP_TOKENS : WARM_UP_TOKENS)) as Memory;
    progress('verifying');
    const after = (await child.ask(isQuick ? QUICK_TOKENS : TOKENS)) as Memory;
    return [
      rowOf('growth of the heap', after.heapBytes - before.heapBytes),
      rowOf('growth of the resident set', after.rssBytes - before.rssBytes),
      rowOf('resident set at the end', after.rssBytes),
    ];
  } finally {
    child.stop();
  }
}

function rowOf(name: string, bytes: number): Row {
  return { name, unit: 'MiB', ...quartilesOf([bytes / MIB]), ratios: [] };
}
