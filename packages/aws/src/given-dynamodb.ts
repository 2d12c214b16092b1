import { type AppDynamoDb, openedAtFirstUse } from './at-first-use.ts';
import type { DynamoDb } from './dynamodb.ts';
import { credentialErrorName } from './error-names.ts';
import { CredentialsRefusedError } from './errors.ts';
import { mappedError } from './map-errors.ts';

/** A client of the SDK for JavaScript, version 3, that somebody else made: region, credentials and retries are its own. */
export interface GivenClient {
  send(command: never): unknown;
}

/**
 * DynamoDB through a client that was given. The SDK's commands are loaded by the first request. Errors are those of our own
 * clients, so that nobody behind it can tell which one it is.
 */
export function givenDynamoDb(client: GivenClient): AppDynamoDb {
  return openedAtFirstUse(async () => {
    const { sdkItems, sdkTransactions } = await import('./dynamodb.ts');
    const dynamodb = client as DynamoDb;
    const asked = { ...sdkItems(dynamodb), ...sdkTransactions(dynamodb) };
    const withOurErrors =
      <I extends object, O>(ask: (input: I) => Promise<O>) =>
      (input: I) =>
        ask(input).catch(async (error: unknown) => {
          throw await ourError(error, input, client);
        });
    return {
      getItem: withOurErrors(asked.getItem),
      query: withOurErrors(asked.query),
      updateItem: withOurErrors(asked.updateItem),
      transactWriteItems: withOurErrors(asked.transactWriteItems),
      scan: withOurErrors(asked.scan),
    };
  });
}

async function ourError(error: unknown, input: object, client: GivenClient): Promise<unknown> {
  if (credentialErrorName(error) !== undefined) {
    return new CredentialsRefusedError({ attempts: 1, unchanged: undefined, cause: error });
  }
  return mappedError(error, { service: 'DynamoDBClient', region: await regionOf(client), input });
}

/** For the sentence of an error alone. */
async function regionOf(client: GivenClient & { readonly config?: { region?: () => Promise<string> } }) {
  try {
    return (await client.config?.region?.()) ?? 'of the given client';
  } catch {
    return 'of the given client';
  }
}
