import type { DynamoDbItems, DynamoDbTransactions } from '@cloakroom/aws';
import type { NowMs } from '@cloakroom/core';
import type { StoredItemError } from '../model/errors.ts';
import type { LimitPolicy } from '../model/new-session.ts';
import type { RaceTiming } from '../table/lost-races.ts';
import type { ReadTable } from '../table/table.ts';

/** The sessions table, as web sessions take it. */
export interface WebTable extends ReadTable {
  readonly items: DynamoDbItems & DynamoDbTransactions;
  /** Of the store: sessions of another one are not seen. */
  readonly prefix: string;
  readonly nowMs: NowMs;
  /** For how long a session lives, however much it is used. */
  readonly absoluteMs: number;
  readonly limit: LimitPolicy;
  readonly races: RaceTiming;
  /** Told of each item that a scan comes across and cannot read. */
  readonly onMalformed: (error: StoredItemError) => void;
}
