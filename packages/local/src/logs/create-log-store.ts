import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLogGroup, type LogGroup } from './log-group.ts';
import type { LogStore } from './log-store.ts';

const FILE_SUFFIX = '.jsonl';

/**
 * Keeps the newest `maxBytesPerGroup` (4 MB) of messages of every group in memory and, with `dir`, on disk:
 * what was logged before a restart is found again, under the same event ids.
 */
export function createLogStore(options: { dir?: string; maxBytesPerGroup?: number } = {}): LogStore {
  const { dir, maxBytesPerGroup = 4_000_000 } = options;
  const groups = new Map<string, LogGroup>();

  function open(name: string): LogGroup {
    const known = groups.get(name);
    if (known !== undefined) return known;
    const file = dir === undefined ? undefined : join(dir, encodeURIComponent(name) + FILE_SUFFIX);
    const group = createLogGroup({ maxBytes: maxBytesPerGroup, file });
    groups.set(name, group);
    return group;
  }

  for (const name of dir === undefined ? [] : storedGroups(dir)) open(name);
  return {
    append: (group, stream, message, timestampMs) => open(group).append(stream, message, timestampMs),
    createGroup: (group) => void open(group),
    groups: () => [...groups.keys()].sort(),
    events: (group) => groups.get(group)?.events(),
    async close() {
      for (const group of groups.values()) group.flush();
    },
  };
}

function storedGroups(dir: string): string[] {
  if (!existsSync(dir)) return [];
  const files = readdirSync(dir).filter((file) => file.endsWith(FILE_SUFFIX));
  return files.map((file) => decodeURIComponent(file.slice(0, -FILE_SUFFIX.length)));
}
