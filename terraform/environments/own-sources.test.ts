import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from './index.ts';
import { ownSources } from './own-sources.ts';

const orders = (entry: string) => ({ functions: { orders: { entry } }, routes: { 'GET /orders': 'orders' } });
const none = { functions: {}, routes: {} };

describe('what there is to build for a team', () => {
  it('is in the routes.ts of the environments', () => {
    const named = Object.values(ENVIRONMENTS).flatMap(({ own }) => Object.keys(own?.functions ?? {}));
    expect(ownSources().map(({ name }) => name)).toEqual([...new Set(named)]);
  });

  it('is there once, for all environments that have it', () => {
    const all = { dev: orders('apps/orders.ts'), staging: none, prod: orders('apps/orders.ts') };
    expect(ownSources(all)).toEqual([{ name: 'orders', entry: 'apps/orders.ts' }]);
  });

  it('is not two files under one name', () => {
    expect(() => ownSources({ dev: orders('apps/new.ts'), prod: orders('apps/old.ts') })).toThrow(
      'terraform/environments/prod/routes.ts: functions.orders.entry is apps/old.ts, and apps/new.ts in terraform/environments/dev/routes.ts',
    );
  });

  it('is refused with its file where an environment would refuse it', () => {
    expect(() => ownSources({ dev: none, prod: orders('../../etc/passwd.ts') })).toThrow(
      'terraform/environments/prod/routes.ts: functions.orders.entry: must be a path inside the repository',
    );
  });
});
