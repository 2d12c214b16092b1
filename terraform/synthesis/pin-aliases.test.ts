import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import type { Pin, Pinned } from '../environments/pinned-versions.ts';
import { withOwnRoutes } from '../testing/own-environment.ts';
import { resource, synthesized } from '../testing/synthesized.ts';
import { pinAliases } from './pin-aliases.ts';

const prod = synthesized(ENVIRONMENTS.prod);
const PIN: Pin = { version: '41', reason: 'rollback', since: '2026-01-31T12:00:00.000Z' };

const pin = (pinned: Pinned) => pinAliases(prod, pinned, 'cloakroom-prod');

describe('pinAliases', () => {
  it('keeps the alias of a pinned function at its version, which says so of itself', () => {
    const alias = resource(pin({ authorizer: PIN }), 'aws_lambda_alias', 'authorizer');
    expect(alias).toMatchObject({
      name: 'live',
      function_version: '41',
      description: 'pinned since 2026-01-31T12:00:00.000Z: rollback',
    });
    expect(alias).not.toHaveProperty('routing_config');
  });

  it('gives the next version its share', () => {
    const pinned = pin({ 'store-event': { ...PIN, reason: 'rollout', next: { version: '42', weight: 0.1 } } });
    expect(resource(pinned, 'aws_lambda_alias', 'store_event')).toMatchObject({
      function_version: '41',
      routing_config: { additional_version_weights: { 42: 0.1 } },
    });
  });

  it('changes nothing of what is not pinned, and nothing else of what is', () => {
    const { aws_lambda_alias: aliases, ...others } = pin({ authorizer: PIN }).resource;
    const { aws_lambda_alias: before, ...othersBefore } = prod.resource;
    expect(others).toEqual(othersBefore);
    expect({ ...aliases, authorizer: {} }).toEqual({ ...before, authorizer: {} });
    expect(aliases?.authorizer).toEqual({
      ...before?.authorizer,
      function_version: '41',
      description: expect.any(String),
    });
  });

  it('gives the same stack, letter by letter, when the pins are gone', () => {
    const pinned = pin({ health: { ...PIN, next: { version: '42', weight: 0.5 } } });
    expect(JSON.stringify(pinAliases(pinned, {}, 'cloakroom-prod'))).toBe(JSON.stringify(prod));
  });

  it("pins a team's own function by the name that the team gave it", () => {
    const own = synthesized(withOwnRoutes(ENVIRONMENTS.dev));
    const pinned = pinAliases(own, { orders: PIN }, 'cloakroom-dev');
    expect(resource(pinned, 'aws_lambda_alias', 'own_orders')).toMatchObject({ function_version: '41' });
  });

  it('refuses a function that the stack does not have, and says which there are', () => {
    expect(() => pin({ autorizer: PIN })).toThrow(
      /pinned\.json: there is no function autorizer; there are authorizer, /,
    );
  });

  it('refuses a share of a function with provisioned concurrency, by its name, and no pin without one', () => {
    const provisioned = {
      ...prod,
      resource: { ...prod.resource, aws_lambda_provisioned_concurrency_config: { authorizer: {} } },
    };
    const weighted = { ...PIN, next: { version: '42', weight: 0.1 } };
    const apply = (pinned: Pinned) => pinAliases(provisioned, pinned, 'cloakroom-prod');
    expect(() => apply({ authorizer: weighted })).toThrow('authorizer has provisioned concurrency');
    expect(() => apply({ authorizer: PIN, health: weighted })).not.toThrow();
  });
});
