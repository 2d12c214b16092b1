import { StoredItemError } from '../model/errors.ts';
import { hashInWebKey } from '../table/item-key.ts';
import { type Item, toItem } from '../table/table.ts';
import { WEB_NOT_ENDED } from '../table/web-conditions.ts';
import { WEB_PROJECTION } from './read-web.ts';
import { readWebItem } from './web-item.ts';
import type { WebSession } from './web-session.ts';
import type { WebTable } from './web-table.ts';

type ScannedTable = Omit<WebTable, 'races'>;

const OF_THIS_PREFIX = `#prefix = :prefix AND ${WEB_NOT_ENDED}`;

/** The active sessions of one prefix, by a strongly consistent Scan of the whole table: each page is what 1 MB of it holds. */
export async function* scanWeb(table: ScannedTable): AsyncGenerator<readonly WebSession[]> {
  let from: Item | undefined;
  do {
    const page = await table.items.scan({
      TableName: table.table,
      ConsistentRead: true,
      ...WEB_PROJECTION,
      FilterExpression: OF_THIS_PREFIX,
      ExpressionAttributeValues: toItem({ ':prefix': table.prefix }),
      ExclusiveStartKey: from,
    });
    yield (page.Items ?? []).flatMap((item) => readActive(table, item) ?? []);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

/** An item that cannot be read keeps no other from being found. */
function readActive(table: ScannedTable, item: Item): WebSession | undefined {
  const hash = hashInWebKey(item.user_key?.S ?? '');
  if (hash === undefined) return undefined;
  try {
    const stored = readWebItem(hash, item, table.nowMs());
    return stored.state === 'active' ? stored.session : undefined;
  } catch (error) {
    if (!(error instanceof StoredItemError)) throw error;
    table.onMalformed(error);
    return undefined;
  }
}
