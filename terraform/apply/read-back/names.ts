/**
 * What the ids and ARNs of an account stand for, so that a table for people can name things as people do. A name takes the
 * place of the very text it stands for: what is not known stays as AWS wrote it, and is seen.
 */
export class Names {
  readonly #prefix: string;
  readonly #names = new Map<string, string>();

  /** @param environment such as `prod`: the names of all that is ours begin with `cloakroom-<environment>` */
  constructor(environment: string) {
    this.#prefix = `cloakroom-${environment}`;
  }

  /** What is left of the name of something of ours without what all of them begin with. */
  short(name: string | undefined): string {
    return (name ?? '').replace(`${this.#prefix}-`, '').replace(this.#prefix, 'cloakroom');
  }

  add(text: string | undefined, name: string): void {
    if (text !== undefined) this.#names.set(text, name);
  }

  /** The same value with names in place of ids and ARNs, in keys too, and `<env>` in place of the environment in what is left. */
  in(value: unknown): unknown {
    // The longest first: an ARN may be the beginning of another.
    const texts = [...this.#names.keys()].sort((a, b) => b.length - a.length);
    return this.#replace(value, (text) => {
      const named = texts.reduce((left, known) => left.replaceAll(known, this.#names.get(known) ?? known), text);
      return named.replaceAll(this.#prefix, 'cloakroom-<env>');
    });
  }

  #replace(value: unknown, name: (text: string) => string): unknown {
    if (typeof value === 'string') return name(value);
    if (Array.isArray(value)) return value.map((inner) => this.#replace(inner, name));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [name(key), this.#replace(inner, name)]));
  }
}
