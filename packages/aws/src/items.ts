import type {
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  DeleteItemCommandInput,
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
  TransactWriteItemsCommandInput,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';

/**
 * What hot code asks DynamoDB for. Inputs and outputs are those of the API, without binary attributes. Errors are those of every AWS
 * call here (`DependencyUnavailableError`, `MissingTableError`, `CredentialsRefusedError`); any other has the code of DynamoDB as its
 * `name`, such as `ConditionalCheckFailedException`.
 */
export interface DynamoDbItems {
  getItem(input: GetItemCommandInput): Promise<Pick<GetItemCommandOutput, 'Item'>>;
  query(input: QueryCommandInput): Promise<Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
  updateItem(input: UpdateItemCommandInput): Promise<Pick<UpdateItemCommandOutput, 'Attributes'>>;
}

/** The same, for whoever stores many items one by one. */
export interface DynamoDbWrites {
  batchGetItem(
    input: BatchGetItemCommandInput,
  ): Promise<Pick<BatchGetItemCommandOutput, 'Responses' | 'UnprocessedKeys'>>;
  putItem(input: PutItemCommandInput): Promise<void>;
  deleteItem(input: DeleteItemCommandInput): Promise<void>;
}

/** The same, for whoever changes several items as one, or reads whole tables. */
export interface DynamoDbTransactions {
  /** @throws an error named `TransactionCanceledException`, with `CancellationReasons` as DynamoDB gives them */
  transactWriteItems(input: TransactWriteItemsCommandInput): Promise<void>;
  scan(input: ScanCommandInput): Promise<Pick<ScanCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
}
