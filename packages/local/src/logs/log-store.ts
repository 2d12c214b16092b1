/** One line of a log stream. Ids and times stay the same for as long as the line is kept. */
export interface LogEvent {
  readonly eventId: string;
  readonly stream: string;
  readonly message: string;
  /** Epoch milliseconds. */
  readonly timestampMs: number;
  /** Epoch milliseconds. */
  readonly ingestionTimeMs: number;
}

/** The logs of the local AWS: what CloudWatch Logs would hold. */
export interface LogStore {
  /** Adds one line. Groups and streams come into being with their first line. */
  append(group: string, stream: string, message: string, timestampMs: number): void;
  /** Makes an empty group, so that it is listed before anything is written. */
  createGroup(group: string): void;
  /** Names of the groups, sorted. */
  groups(): readonly string[];
  /** The lines of a group in the order they were written, oldest first; undefined when there is no such group. */
  events(group: string): readonly LogEvent[] | undefined;
  /** Writes what is still buffered to disk. */
  close(): Promise<void>;
}
