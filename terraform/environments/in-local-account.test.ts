import { LOCAL_ACCOUNT_ID } from '@cloakroom/local';
import { expect, it } from '@jest/globals';
import { OWN } from '../testing/own-environment.ts';
import { inLocalAccount } from './in-local-account.ts';

it("lets a team's functions reach on this machine what they reach in dev's account", () => {
  const { functions, routes } = inLocalAccount(OWN);
  expect(routes).toEqual(OWN.routes);
  expect(functions.orders).toEqual({
    ...OWN.functions.orders,
    statements: [
      {
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        resources: [`arn:aws:dynamodb:eu-central-1:${LOCAL_ACCOUNT_ID}:table/shop-orders`],
      },
    ],
  });
});

it('leaves alone what has no account, or has digits in its name', () => {
  const resources = [
    'arn:aws:s3:::shop-pictures/123456789012:a',
    'arn:aws:sqs:eu-central-1:210987654321:a:123456789012:b',
  ];
  const orders = { entry: 'apps/orders.ts', statements: [{ actions: ['s3:GetObject'], resources }] };
  const { functions } = inLocalAccount({ functions: { orders }, routes: {} });
  expect(functions.orders?.statements?.[0]?.resources).toEqual([
    'arn:aws:s3:::shop-pictures/123456789012:a',
    'arn:aws:sqs:eu-central-1:000000000000:a:123456789012:b',
  ]);
});
