import type { DynamoDbItems, DynamoDbTransactions } from './items.ts';

/** What an app that is not ours asks of DynamoDB. */
export type AppDynamoDb = DynamoDbItems & DynamoDbTransactions;

/** DynamoDB that is opened by the first request. An opening that fails fails that request, and is tried again by the next. */
export function openedAtFirstUse(open: () => Promise<AppDynamoDb>): AppDynamoDb {
  let opened: AppDynamoDb | undefined;
  let opening: Promise<AppDynamoDb> | undefined;

  async function openOnce(): Promise<AppDynamoDb> {
    opening ??= open().finally(() => {
      opening = undefined;
    });
    opened = await opening;
    return opened;
  }
  const dynamodb = () => opened ?? openOnce();
  return {
    getItem: async (input) => (await dynamodb()).getItem(input),
    query: async (input) => (await dynamodb()).query(input),
    updateItem: async (input) => (await dynamodb()).updateItem(input),
    transactWriteItems: async (input) => (await dynamodb()).transactWriteItems(input),
    scan: async (input) => (await dynamodb()).scan(input),
  };
}
