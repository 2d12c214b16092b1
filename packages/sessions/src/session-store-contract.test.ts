import { beforeAll } from '@jest/globals';
import { describeSessionStore } from './session-store-contract-fixture.ts';
import { type Backend, IDLE, storeFixture } from './store-fixture.ts';

const BACKENDS: readonly Backend[] = ['DynamoDB Local', 'memory'];

for (const backend of BACKENDS) {
  let fixture: Awaited<ReturnType<typeof storeFixture>>;
  beforeAll(async () => {
    fixture = await storeFixture(IDLE, backend);
  });
  describeSessionStore(backend, () => fixture);
}
