import type { Environment } from '../environments/environment.ts';
import type { Own } from '../environments/own-schema.ts';

/** Two functions of a team's: one with all that there is to say, one with nothing but its code. */
export const OWN: Own = {
  functions: {
    orders: {
      entry: 'apps/orders/handler.ts',
      memoryMb: 256,
      timeoutSeconds: 5,
      variables: { ORDERS_TABLE: 'shop-orders' },
      statements: [
        {
          actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
          resources: ['arn:aws:dynamodb:eu-central-1:123456789012:table/shop-orders'],
        },
      ],
    },
    'price-list': { entry: 'apps/price-list.js' },
  },
  routes: {
    'GET /orders': 'orders',
    'PATCH /orders/{orderId}': 'orders',
    'GET /prices': 'price-list',
  },
};

/** The environment with routes of the team's own. */
export function withOwnRoutes(environment: Environment): Environment {
  return { ...environment, own: OWN };
}
