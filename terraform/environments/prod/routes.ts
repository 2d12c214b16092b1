import type { Own } from '../own-schema.ts';

/**
 * Your own functions, and the routes of this API that they serve behind the authorizer: docs/your-own-api/routes.md. For example:
 *
 *   functions: { orders: { entry: 'apps/orders/handler.ts' } },
 *   routes: { 'GET /orders': 'orders', 'POST /orders': 'orders' },
 */
export const own: Own = {
  functions: {},
  routes: {},
};
