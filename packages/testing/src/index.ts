export { createTestTable, testDynamoDb } from './tables.ts';
