import { readFile } from 'node:fs/promises';
import { epochSeconds, systemNowMs } from '@cloakroom/core';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { errorCode } from '../base/error-code.ts';
import { writePrivateFile } from '../base/write-private-file.ts';

/** Sign-ins, grants and refresh tokens that are kept; the oldest go first. */
const MAX_ENTRIES = 2000;

interface Entry {
  readonly model: string;
  readonly id: string;
  readonly payload: AdapterPayload;
  /** Epoch milliseconds; absent for what does not expire. */
  readonly expiresAtMs?: number;
}

/** What the provider remembers. */
export interface ProviderStore {
  readonly adapter: (model: string) => Adapter;
  /** The live entries of a model. */
  list(model: string): readonly AdapterPayload[];
  /** Forgets codes, tokens and grants of one session at the provider, or of one sign-in. */
  forget(field: 'sessionUid' | 'grantId', value: string): Promise<void>;
}

/**
 * Keeps what the provider must remember in one file, so that sign-ins survive a restart.
 * A change is on disk before the provider goes on; changes at the same time share one write.
 *
 * @throws Error when the file is there but is not what this wrote
 */
export async function openProviderStore(file: string): Promise<ProviderStore> {
  const entries = new Map((await readEntries(file)).map((entry) => [keyOf(entry), entry]));
  const save = coalesce(() => writePrivateFile(file, JSON.stringify([...entries.values()])));

  function change(apply: () => void): Promise<void> {
    apply();
    trim(entries);
    return save();
  }

  const live = (entry: Entry | undefined) => (entry !== undefined && isLive(entry) ? entry.payload : undefined);

  function forget(field: 'sessionUid' | 'grantId', value: string): Promise<void> {
    return change(() => {
      for (const [key, { payload }] of entries) if (payload[field] === value) entries.delete(key);
    });
  }

  function adapter(model: string): Adapter {
    const search = (field: 'uid' | 'userCode', value: string) =>
      live([...entries.values()].find((entry) => entry.model === model && entry.payload[field] === value));
    return {
      find: async (id) => live(entries.get(keyOf({ model, id }))),
      findByUid: async (uid) => search('uid', uid),
      findByUserCode: async (userCode) => search('userCode', userCode),
      upsert: (id, payload, expiresIn) =>
        change(() => {
          const key = keyOf({ model, id });
          entries.delete(key); // moves it to the end: what was written last is trimmed last
          entries.set(key, {
            model,
            id,
            payload,
            ...(expiresIn ? { expiresAtMs: systemNowMs() + expiresIn * 1000 } : {}),
          });
        }),
      consume: (id) =>
        change(() => {
          const entry = entries.get(keyOf({ model, id }));
          if (entry !== undefined) entry.payload.consumed = epochSeconds(systemNowMs());
        }),
      destroy: (id) => change(() => void entries.delete(keyOf({ model, id }))),
      revokeByGrantId: (grantId) => forget('grantId', grantId),
    };
  }

  return {
    adapter,
    forget,
    list: (model) =>
      [...entries.values()].filter((entry) => entry.model === model && isLive(entry)).map(({ payload }) => payload),
  };
}

async function readEntries(file: string): Promise<readonly Entry[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return '[]';
    throw error;
  });
  try {
    const entries: unknown = JSON.parse(text);
    if (Array.isArray(entries)) return entries;
  } catch (error) {
    throw new Error(`${file} is damaged: start with --fresh`, { cause: error });
  }
  throw new Error(`${file} is damaged: start with --fresh`);
}

function trim(entries: Map<string, Entry>): void {
  if (entries.size <= MAX_ENTRIES) return;
  for (const [key, entry] of entries) if (!isLive(entry)) entries.delete(key);
  for (const key of entries.keys()) {
    if (entries.size <= MAX_ENTRIES) return;
    entries.delete(key);
  }
}

function isLive({ expiresAtMs }: Entry): boolean {
  return expiresAtMs === undefined || expiresAtMs > systemNowMs();
}

function keyOf({ model, id }: Pick<Entry, 'model' | 'id'>): string {
  return `${model}:${id}`;
}

/** Runs `write` one at a time; callers who come while one runs share the next. */
function coalesce(write: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        running = write();
        return running;
      });
    return next;
  };
}
