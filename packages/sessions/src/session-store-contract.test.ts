import { beforeAll } from '@jest/globals';
import { describeSessionStore } from './session-store-contract-fixture.ts';
import { storeFixture } from './store-fixture.ts';

let fixture: Awaited<ReturnType<typeof storeFixture>>;
beforeAll(async () => {
  fixture = await storeFixture();
});

describeSessionStore('DynamoDB', () => fixture);
