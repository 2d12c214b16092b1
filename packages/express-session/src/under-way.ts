/** Work of this process that is under way, by what it is about. What is done is forgotten. */
export class UnderWay {
  readonly #work = new Map<string, Set<Promise<unknown>>>();

  add(about: string, work: Promise<unknown>): void {
    const all = this.#work.get(about) ?? new Set();
    this.#work.set(about, all.add(work));
    const forget = () => {
      all.delete(work);
      if (all.size === 0 && this.#work.get(about) === all) this.#work.delete(about);
    };
    work.then(forget, forget);
  }

  /** Resolves when all that had begun by now is done, or has failed. */
  async settled(about: string): Promise<void> {
    await Promise.allSettled(this.#work.get(about) ?? []);
  }
}
