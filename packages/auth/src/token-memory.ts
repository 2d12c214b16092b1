/** What an execution environment that answers one request at a time has use for; a few hundred bytes of heap each. */
const MAX_TOKENS = 1000;
/** In characters of tokens: what is kept of one is hardly longer than it is. So large tokens cost no more than many small ones. */
const MAX_CHARACTERS = 1024 * 1024;

/** What was found about the tokens that were used last. */
export interface TokenMemory<V> {
  /** Undefined for a token that was never put, or not for long. One that is asked for is the last to go. */
  get(digest: string): V | undefined;
  /** @param characters the length of the token */
  put(digest: string, value: V, characters: number): void;
  forget(digest: string): void;
}

interface Bounds {
  readonly maxTokens: number;
  readonly maxCharacters: number;
}

/** A memory of bounded size, from which the tokens that were used longest ago go first. It knows them by their digests alone. */
export function createTokenMemory<V>(
  { maxTokens, maxCharacters }: Bounds = { maxTokens: MAX_TOKENS, maxCharacters: MAX_CHARACTERS },
): TokenMemory<V> {
  /** From the one used longest ago to the one used last: the order in which a Map has its keys. */
  const tokens = new Map<string, { readonly value: V; readonly characters: number }>();
  let held = 0;

  function forget(digest: string): void {
    held -= tokens.get(digest)?.characters ?? 0;
    tokens.delete(digest);
  }

  return {
    get(digest) {
      const token = tokens.get(digest);
      if (token === undefined) return undefined;
      tokens.delete(digest);
      tokens.set(digest, token);
      return token.value;
    },
    put(digest, value, characters) {
      forget(digest);
      tokens.set(digest, { value, characters });
      held += characters;
      for (const oldest of tokens.keys()) {
        if (tokens.size <= maxTokens && held <= maxCharacters) break;
        forget(oldest);
      }
    },
    forget,
  };
}
