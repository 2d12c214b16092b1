import { ABSENT } from '../table/conditions.ts';
import { webKey } from '../table/item-key.ts';
import { keyItem, toItem } from '../table/table.ts';
import type { WriteRefusal } from '../table/write-refusal.ts';
import type { Keys } from './key-changes.ts';
import type { WebContent, WebSession } from './web-session.ts';
import type { WebTable } from './web-table.ts';
import { keysValue } from './web-update.ts';
import { writeItem } from './write-item.ts';

/**
 * Makes a session that is nobody's yet, by one UpdateItem: an app may put none. Its TTL is set now, since it stands in no transaction.
 */
export async function createWeb(
  table: WebTable,
  { hash, content, keys }: { readonly hash: string; readonly content: WebContent; readonly keys: Keys },
): Promise<WebSession | WriteRefusal> {
  const nowMs = table.nowMs();
  const absoluteExpiresAtMs = nowMs + table.absoluteMs;
  const idleExpiresAtMs = Math.min(content.expiresAtMs + content.slackMs, absoluteExpiresAtMs);
  const written = await writeItem(table, {
    Key: keyItem(webKey(hash)),
    UpdateExpression: CREATION,
    ConditionExpression: ABSENT,
    ExpressionAttributeNames: { '#prefix': 'prefix', '#cookie': 'cookie', '#keys': 'keys', '#ttl': 'ttl' },
    ExpressionAttributeValues: {
      ...toItem({
        ':prefix': table.prefix,
        ':created_at_ms': nowMs,
        ':idle_expires_at_ms': idleExpiresAtMs,
        ':absolute_expires_at_ms': absoluteExpiresAtMs,
        ':cookie': content.cookie,
        ':ttl': Math.ceil(absoluteExpiresAtMs / 1000),
      }),
      ':keys': keysValue(keys),
    },
  });
  if (typeof written === 'string') return written;
  return { hash, createdAtMs: nowMs, idleExpiresAtMs, absoluteExpiresAtMs, cookie: content.cookie, keys };
}

const CREATION = [
  'SET #prefix = :prefix',
  'created_at_ms = :created_at_ms',
  'idle_expires_at_ms = :idle_expires_at_ms',
  'absolute_expires_at_ms = :absolute_expires_at_ms',
  '#cookie = :cookie',
  '#keys = :keys',
  '#ttl = :ttl',
].join(', ');
