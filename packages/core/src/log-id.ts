const LENGTH = 8;

/** The beginning of an id, for a log: enough to find it again, too little to use it. */
export function logId(id: string): string {
  return id.slice(0, LENGTH);
}
