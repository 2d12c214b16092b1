// express-session with connect-dynamodb, which touches at every request; TOUCH=false goes without.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import connectDynamoDb from 'connect-dynamodb';
import session from 'express-session';
import { checksBy } from './express-checks.mjs';

const DynamoDbStore = connectDynamoDb({ session });
if (process.env.TOUCH === 'false') DynamoDbStore.prototype.touch = undefined;
const store = new DynamoDbStore({ client: new DynamoDBClient({}), table: 'express-sessions' });

await store.initialize(); // makes the table
export const check = await checksBy(store);
