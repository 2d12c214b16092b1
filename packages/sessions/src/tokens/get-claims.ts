import { type JsonText, jsonObjectText } from '@cloakroom/core';
import * as v from 'valibot';
import { StoredItemError } from '../model/errors.ts';
import type { SessionAddress } from '../model/session-id.ts';
import { tokensKey } from '../table/item-key.ts';
import { getItem, projectionOf, type ReadTable } from '../table/table.ts';

/** What a page may see of the person of a session, and nothing that is sealed beside it. */
const PROJECTION = projectionOf(['claims']);
const schema = v.object({ claims: jsonObjectText });

/** Undefined when there are none, or the session has ended. One GetItem. @throws StoredItemError */
export async function getClaims(table: ReadTable, { user, id }: SessionAddress): Promise<JsonText | undefined> {
  const item = await getItem(table, tokensKey(user, id), PROJECTION);
  if (item?.claims === undefined) return undefined;
  const result = v.safeParse(schema, item);
  if (!result.success) throw new StoredItemError('PROVIDER_TOKENS', 'claims');
  return result.output.claims;
}
