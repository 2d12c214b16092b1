import { webKey } from '../table/item-key.ts';
import { getRawItem, projectionOf } from '../table/table.ts';
import { WEB_ATTRIBUTES } from './attributes.ts';
import { readWebItem, type StoredWeb } from './web-item.ts';
import type { WebTable } from './web-table.ts';

export const WEB_PROJECTION = projectionOf(WEB_ATTRIBUTES);

/** One strongly consistent GetItem. Undefined: there is no such item, nor a mark of one. @throws StoredItemError */
export async function readWeb(
  table: Pick<WebTable, 'items' | 'table' | 'nowMs'>,
  hash: string,
): Promise<StoredWeb | undefined> {
  const item = await getRawItem(table, webKey(hash), WEB_PROJECTION);
  return item === undefined ? undefined : readWebItem(hash, item, table.nowMs());
}
