// express-session with the built store of ours. CLIENT=sdk gives it a client of the SDK; TOUCH_AFTER has it write uses that often.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { checksBy } from '../baselines/express-checks.mjs';

const { STORE_PACKAGE, TOUCH_AFTER, CLIENT } = process.env;
const { CloakroomStore } = await import(STORE_PACKAGE);

export const check = await checksBy(
  new CloakroomStore({
    table: 'sessions',
    issuer: 'app-bench',
    prefix: `${CLIENT ?? 'own'}-${TOUCH_AFTER ?? 'default'}:`,
    ...(TOUCH_AFTER && { touchAfter: Number(TOUCH_AFTER) }),
    ...(CLIENT && { client: new DynamoDBClient({}) }),
  }),
);
