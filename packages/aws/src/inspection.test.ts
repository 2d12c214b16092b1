import { expect, it } from '@jest/globals';
import { createInspectionClients } from './inspection.ts';

it('has clients that ask in the region of what is looked at, and wait for their turn', async () => {
  const clients = Object.values(createInspectionClients({ region: 'eu-west-3' }));
  expect(clients).toHaveLength(4);
  for (const { config } of clients) {
    expect(await config.region()).toBe('eu-west-3');
    expect(await config.maxAttempts()).toBe(8);
  }
});
