/** Those who want to hear of something. */
export interface Listeners<T> {
  /** Returns what ends it. */
  add(listener: (value: T) => void): () => void;
  tell(value: T): void;
}

export function createListeners<T>(): Listeners<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    add(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell: (value) => listeners.forEach((listener) => void listener(value)),
  };
}
