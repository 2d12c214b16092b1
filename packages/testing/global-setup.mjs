import { startDynamoDbLocal } from '@cloakroom/local';

/** Jest's global set-up: one DynamoDB Local for all test files; each makes tables of its own. */
export default async function globalSetup() {
  const dynamodb = await startDynamoDbLocal();
  process.env.CLOAKROOM_TEST_DYNAMODB = dynamodb.endpoint;
  globalThis.stopDynamoDbLocal = dynamodb.stop;
}
