/** The region in every ARN of DynamoDB Local, whatever region it was asked from. */
const LOCAL = 'arn:aws:dynamodb:ddblocal:';

/** Puts the real region into the ARNs of an answer of DynamoDB Local. */
export function fromDynamoDbLocal(text: string, region: string): string {
  return text.replaceAll(LOCAL, `arn:aws:dynamodb:${region}:`);
}

/** Puts DynamoDB Local's region into the ARNs of a request to it. */
export function toDynamoDbLocal(text: string, region: string): string {
  return text.replaceAll(`arn:aws:dynamodb:${region}:`, LOCAL);
}
