import { anIssuer } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Issuer } from './issuer.ts';
import { parseIssuers } from './issuer.ts';
import { issuersAdministeredBy, type RoleHolder } from './roles.ts';

const issuer = anIssuer({ alias: 'staff', clientIds: ['web', 'console', 'jobs'] });
const people = { ...issuer, alias: 'people', issuer: 'https://people.example' };

const groupRole = { claim: 'groups', value: 'admins', administers: ['staff'] };
const scopeRole = { claim: 'scope', value: 'cloakroom/admin', administers: ['people'], clientIds: ['console'] };

const configured = (staff: object, other: object = {}): readonly Issuer[] =>
  parseIssuers([
    { ...issuer, ...staff },
    { ...people, ...other },
  ]);
const caller: RoleHolder = { issuer: 'staff', clientId: 'web', scope: 'openid', groups: [] };

describe('a role by group', () => {
  const issuers = configured({ roles: [groupRole] });

  it('makes an administrator of whoever is in the group', () => {
    expect(issuersAdministeredBy(issuers, { ...caller, groups: ['others', 'admins'] })).toEqual(['staff']);
  });

  it.each([
    [[]],
    [['Admins']],
    [['ADMINS']],
    [['admin']],
    [['admins ']],
    [[' admins']],
    [['admins,others']],
    [['others admins']],
    [['admins\u0000']],
    [['\u0430dmins']],
    [['superadmins']],
    [['admins/eu']],
    [['/admins']],
    [['["admins"]']],
  ])('makes none of who is in groups that look like it: %j', (groups) => {
    expect(issuersAdministeredBy(issuers, { ...caller, groups })).toEqual([]);
  });

  it('makes none of who has a scope of that name', () => {
    expect(issuersAdministeredBy(issuers, { ...caller, scope: 'openid admins' })).toEqual([]);
  });

  it('may be for some clients alone', () => {
    const limited = configured({ roles: [{ ...groupRole, clientIds: ['console'] }] });
    expect(issuersAdministeredBy(limited, { ...caller, groups: ['admins'] })).toEqual([]);
    expect(issuersAdministeredBy(limited, { ...caller, groups: ['admins'], clientId: 'console' })).toEqual(['staff']);
  });
});

describe('a role by scope', () => {
  const issuers = configured({ roles: [scopeRole] });

  it('makes an administrator only of who comes with a listed client', () => {
    const scope = 'openid cloakroom/admin';
    expect(issuersAdministeredBy(issuers, { ...caller, scope, clientId: 'console' })).toEqual(['people']);
    expect(issuersAdministeredBy(issuers, { ...caller, scope })).toEqual([]);
  });

  it.each([
    '',
    'cloakroom/administrator',
    'xcloakroom/admin',
    'cloakroom/ admin',
    'CLOAKROOM/ADMIN',
    'cloakroom/admin,openid',
    'cloakroom/admin\topenid',
  ])('makes none of who has a scope that looks like it: %j', (scope) => {
    expect(issuersAdministeredBy(issuers, { ...caller, scope, clientId: 'console' })).toEqual([]);
  });

  it('makes none of who is in a group of that name', () => {
    expect(issuersAdministeredBy(issuers, { ...caller, groups: ['cloakroom/admin'], clientId: 'console' })).toEqual([]);
  });
});

describe('a role by another claim', () => {
  const claim = 'realm_access.roles';
  const pathRole = { claim, value: 'admin', administers: ['staff'] };
  const issuers = configured({ roles: [pathRole] });

  it('makes an administrator of whoever’s token has the word there', () => {
    expect(issuersAdministeredBy(issuers, { ...caller, roles: [{ claim, value: 'admin' }] })).toEqual(['staff']);
  });

  it.each<[string, Partial<RoleHolder>]>([
    ['in another claim', { roles: [{ claim: 'resource_access.web.roles', value: 'admin' }] }],
    ['as a group', { groups: ['admin'] }],
    ['as a scope', { scope: 'admin' }],
    ['in capitals', { roles: [{ claim, value: 'ADMIN' }] }],
    ['nowhere', {}],
  ])('makes none of who has it %s', (_, held) => {
    expect(issuersAdministeredBy(issuers, { ...caller, ...held })).toEqual([]);
  });

  it('may be for some clients alone, and never for a service', () => {
    const roles = [{ claim, value: 'admin' }];
    const limited = configured({ roles: [{ ...pathRole, clientIds: ['console'] }] });
    expect(issuersAdministeredBy(limited, { ...caller, roles })).toEqual([]);
    expect(issuersAdministeredBy(limited, { ...caller, roles, clientId: 'console' })).toEqual(['staff']);
    const service = configured({ services: ['web'], roles: [pathRole] });
    expect(issuersAdministeredBy(service, { ...caller, roles })).toEqual([]);
  });
});

describe('roles of several issuers', () => {
  it('count for callers of their own issuer alone', () => {
    const issuers = configured({ roles: [{ ...groupRole, administers: ['staff', 'people'] }] });
    const groups = ['admins'];
    expect(issuersAdministeredBy(issuers, { ...caller, groups })).toEqual(['staff', 'people']);
    expect(issuersAdministeredBy(issuers, { ...caller, groups, issuer: 'people' })).toEqual([]);
  });

  it('give no more than they name: not even the own issuer', () => {
    const issuers = configured({ roles: [{ ...groupRole, administers: ['people'] }] });
    expect(issuersAdministeredBy(issuers, { ...caller, groups: ['admins'] })).toEqual(['people']);
  });

  it('may name the users that a web app knows by itself, which no issuer has', () => {
    const issuers = configured({ roles: [{ ...groupRole, administers: ['staff', 'app-shop'] }] });
    expect(issuersAdministeredBy(issuers, { ...caller, groups: ['admins'] })).toEqual(['staff', 'app-shop']);
    expect(issuersAdministeredBy(issuers, caller)).toEqual([]);
  });

  it('name each issuer once, however many roles give it', () => {
    const issuers = configured({ roles: [groupRole, { ...groupRole, value: 'owners' }] });
    expect(issuersAdministeredBy(issuers, { ...caller, groups: ['owners', 'admins'] })).toEqual(['staff']);
  });

  it('are none of an issuer that is not configured', () => {
    expect(
      issuersAdministeredBy(configured({ roles: [groupRole] }), { ...caller, issuer: 'else', groups: ['admins'] }),
    ).toEqual([]);
  });

  it('are held by nobody where none are configured, whatever a token says', () => {
    const word = fc.constantFrom('admin', 'admins', 'staff', 'people', '*', '');
    fc.assert(
      fc.property(fc.array(word), fc.array(word), fc.constantFrom('web', 'console'), (groups, scopes, clientId) => {
        const anyone = { issuer: 'staff', clientId, groups, scope: scopes.join(' ') };
        expect(issuersAdministeredBy(configured({}), anyone)).toEqual([]);
      }),
    );
  });
});

describe('a service', () => {
  it('administers nothing, whatever groups and scopes its token has', () => {
    const issuers = configured({ services: ['jobs'], roles: [groupRole, scopeRole] });
    const service = { ...caller, clientId: 'jobs', groups: ['admins'], scope: 'cloakroom/admin' };
    expect(issuersAdministeredBy(issuers, service)).toEqual([]);
    expect(issuersAdministeredBy(issuers, { ...service, clientId: 'web' })).toEqual(['staff']);
  });
});

describe('roles and services that are configured wrongly', () => {
  it.each<[string, object, string]>([
    ['a scope for any client', { roles: [{ ...scopeRole, clientIds: undefined }] }, '0.roles.0.clientIds'],
    ['a scope for no client', { roles: [{ ...scopeRole, clientIds: [] }] }, '0.roles.0.clientIds'],
    ['a group for no client', { roles: [{ ...groupRole, clientIds: [] }] }, '0.roles.0.clientIds'],
    ['a scope of two words', { roles: [{ ...scopeRole, value: 'a b' }] }, '0.roles.0.value'],
    ['no scope', { roles: [{ ...scopeRole, value: '' }] }, '0.roles.0.value'],
    ['no group', { roles: [{ ...groupRole, value: '' }] }, '0.roles.0.value'],
    ['a path with an empty name', { roles: [{ ...groupRole, claim: 'a..roles' }] }, '0.roles.0.claim'],
    ['a path that ends', { roles: [{ ...groupRole, claim: 'roles.' }] }, 'a dot in a name is `\\.`'],
    ['a claim without a name', { roles: [{ ...groupRole, claim: '' }] }, '0.roles.0.claim'],
    ['a claim of 256 characters', { roles: [{ ...groupRole, claim: 'a'.repeat(256) }] }, '0.roles.0.claim'],
    ['scopes under another name', { roles: [{ ...groupRole, claim: 'scp' }] }, '0.roles.0.claim'],
    ['no word', { roles: [{ ...groupRole, claim: 'a.b', value: '' }] }, '0.roles.0.value'],
    ['nobody to administer', { roles: [{ ...groupRole, administers: [] }] }, '0.roles.0.administers'],
    ['everybody to administer', { roles: [{ ...groupRole, administers: ['*'] }] }, '0.roles.0.administers.0'],
    ['a misspelled field', { roles: [{ ...groupRole, client: 'web' }] }, '0.roles.0.client'],
    ['an alias that is not configured', { roles: [{ ...groupRole, administers: ['else'] }] }, 'role for no such alias'],
    ['an alias that only looks like a web app', { roles: [{ ...groupRole, administers: ['app'] }] }, 'no such alias'],
    ['a client that is none', { roles: [{ ...groupRole, clientIds: ['other'] }] }, 'role for a client'],
    ['a role for a service', { roles: [scopeRole], services: ['console'] }, 'role for a service'],
    ['a service that is no client', { services: ['other'] }, 'a service that is none'],
  ])('are refused: %s', (_, changes, problem) => {
    expect(() => configured(changes)).toThrow(problem);
  });

  it('are all named at once', () => {
    const wrong = { audiences: ['web'], services: ['other'] };
    expect(() => configured(wrong)).toThrow(/audience that is a client id.*; .*a service that is none/);
  });
});
