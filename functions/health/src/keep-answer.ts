import type { NowMs } from '@cloakroom/core';

interface KeepAnswerDeps<T> {
  /** How long an answer counts, from when it came. */
  readonly keepMs: number;
  readonly nowMs: NowMs;
  readonly ask: () => Promise<T>;
}

/** The last answer while it counts, else a new one, which all who ask meanwhile share. A failure is not kept. */
export function keepAnswer<T>({ keepMs, nowMs, ask }: KeepAnswerDeps<T>): () => Promise<T> {
  let kept: { readonly answer: T; readonly untilMs: number } | undefined;
  let asking: Promise<T> | undefined;
  const askAgain = async () => {
    try {
      const answer = await ask();
      kept = { answer, untilMs: nowMs() + keepMs };
      return answer;
    } finally {
      asking = undefined;
    }
  };
  return async () => {
    if (kept !== undefined && nowMs() < kept.untilMs) return kept.answer;
    asking ??= askAgain();
    return asking;
  };
}
