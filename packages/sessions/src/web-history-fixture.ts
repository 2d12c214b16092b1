/** Who wrote a text, and from when to when: `since` when it began, `until` when it was acknowledged. Counted in steps. */
interface Write {
  readonly key: string;
  /** Undefined: that the key is gone. */
  readonly text: string | undefined;
  readonly since: number;
  readonly until: number;
  /** Whether it has surely written the key; a change of owner may have taken the rest away, or left it. */
  readonly isSure: boolean;
}

/** What somebody saw at once. */
export interface Sight {
  readonly texts: ReadonlyMap<string, string>;
  /** The steps between which it was looked at. */
  readonly since: number;
  readonly until: number;
}

/**
 * One session as a plain model: no table, no conditions. It is told what was acknowledged, and says what a reading may show: of each
 * key a text that nobody has surely replaced in between, and nothing of what has ended.
 */
export class WebHistory {
  private readonly keys: readonly string[];
  private readonly writes: Write[] = [];
  private readonly overIds = new Map<string, number>();
  private overAt = Number.POSITIVE_INFINITY;

  constructor(keys: readonly string[]) {
    this.keys = keys;
  }

  /** Texts of these keys, undefined for one that is gone. */
  wrote(
    texts: ReadonlyMap<string, string | undefined>,
    { since, until, isSure }: Pick<Write, 'since' | 'until' | 'isSure'>,
  ): void {
    for (const [key, text] of texts) this.writes.push({ key, text, since, until, isSure });
  }

  /** The entry of that id is over for all who begin from now on. */
  endedEntry(id: string | undefined, at: number): void {
    if (id !== undefined) this.overIds.set(id, Math.min(at, this.overIds.get(id) ?? at));
  }

  /** The whole session is. */
  ended(at: number): void {
    this.overAt = Math.min(at, this.overAt);
  }

  isOver(id: string | undefined, since: number): boolean {
    return since > this.overAt || (id !== undefined && since > (this.overIds.get(id) ?? Number.POSITIVE_INFINITY));
  }

  /** What is wrong about a sight of it. */
  faultsOf(sight: Sight): readonly string[] {
    return this.keys.flatMap((key) => {
      const text = sight.texts.get(key);
      return this.mayShow({ key, text }, sight) ? [] : [`${key} shows ${text}: lost or from nowhere`];
    });
  }

  private mayShow({ key, text }: Pick<Write, 'key' | 'text'>, { since, until }: Sight): boolean {
    const ofKey = this.writes.filter((write) => write.key === key);
    return ofKey.some((write) => {
      const isPossible = write.text === text && write.since < until;
      const isReplaced = ofKey.some((other) => other.isSure && other.since > write.until && other.until < since);
      return isPossible && !isReplaced;
    });
  }
}
