/** A command of the SDK on its way to DynamoDB: `PutItemCommand`, and what is asked for. */
export interface SentCommand {
  readonly constructor: { readonly name: string };
  readonly input: object;
}
