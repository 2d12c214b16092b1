import { anIssuer } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import { parseIssuers } from './issuer.ts';
import { findServiceGrant, ROUTES_OF_RIGHT, rightsOfService, routesOfService } from './services.ts';

const parse = (services: unknown) => parseIssuers([{ ...anIssuer({ clientIds: ['web', 'jobs', 'ops'] }), services }]);
const caller = { kind: 'service', issuer: 'main', clientId: 'jobs' } as const;

describe('services', () => {
  it('may do with records what they want, unless it is said otherwise', () => {
    for (const services of [['jobs'], [{ clientId: 'jobs' }]]) {
      expect(rightsOfService(parse(services), caller)).toEqual(['records']);
    }
    expect(rightsOfService(parse([{ clientId: 'jobs', may: [] }]), caller)).toEqual([]);
    expect(rightsOfService(parse([{ clientId: 'jobs', may: ['users', 'sessions'] }]), caller)).toEqual([
      'users',
      'sessions',
    ]);
  });

  it.each([
    ['a person by the same client', { ...caller, kind: 'bearer' as const }],
    ['another client', { ...caller, clientId: 'web' }],
    ['the same client of another issuer', { ...caller, issuer: 'other' }],
  ])('are not %s', (_, other) => {
    expect(rightsOfService(parse(['jobs']), other)).toEqual([]);
  });

  it('pass the routes of their rights, and those listed', () => {
    const [issuer = { services: [] }] = parse([
      { clientId: 'jobs', may: ['users'], routes: ['GET /orders', '$default'] },
    ]);
    const grant = findServiceGrant(issuer, 'jobs');
    expect(grant && routesOfService(grant)).toEqual([...ROUTES_OF_RIGHT.users, 'GET /orders', '$default']);
    expect(findServiceGrant(issuer, 'web')).toBeUndefined();
  });

  it.each([
    ['a right that there is not', [{ clientId: 'jobs', may: ['everything'] }], 'services'],
    ['a route without a method', [{ clientId: 'jobs', routes: ['/orders'] }], 'services'],
    ['a field that there is not', [{ clientId: 'jobs', can: [] }], 'services'],
    ['a client that is none', ['other'], 'a service that is none of its clientIds'],
    ['a client twice', ['jobs', { clientId: 'jobs', may: [] }], 'a service twice'],
  ])('are refused with %s', (_, services, message) => {
    expect(() => parse(services)).toThrow(message);
  });

  it('administer nothing', () => {
    const roles = [{ claim: 'groups', value: 'a', administers: ['main'], clientIds: ['jobs'] }];
    const issuer = { ...anIssuer({ clientIds: ['web', 'jobs'] }), services: [{ clientId: 'jobs' }], roles };
    expect(() => parseIssuers([issuer])).toThrow('services administer nothing');
  });
});
