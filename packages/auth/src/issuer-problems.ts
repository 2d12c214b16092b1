import type { Issuer } from './issuer.ts';

/** What is wrong with issuers that are well formed each: between their fields, or with one another. Empty when nothing is. */
export function issuerProblems(issuers: readonly Issuer[]): readonly string[] {
  const aliases = issuers.map(({ alias }) => alias);
  const all = (holds: (issuer: Issuer) => boolean) => issuers.every(holds);
  const rules: readonly (readonly [boolean, string])[] = [
    [isDistinct(aliases), 'has an alias twice'],
    [isDistinct(issuers.map(({ issuer }) => issuer)), 'has an issuer twice'],
    [all(hasItsAudiences), 'needs audiences for every profile but cognito'],
    [all(tellsAudiencesFromClients), 'has an audience that is a client id: an ID token would pass for an access token'],
    [
      all(({ clientIds, services = [] }) => isWithin(services, clientIds)),
      'has a service that is none of its clientIds',
    ],
    [all(hasKnownClientsInRoles), 'has a role for a client that is none of its clientIds'],
    [all(keepsServicesFromRoles), 'has a role for a service: services administer nothing'],
    [
      all(({ roles = [] }) => roles.every((role) => isWithin(role.administers, aliases))),
      'has a role for no such alias',
    ],
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => problem);
}

function hasItsAudiences({ profile, audiences }: Issuer): boolean {
  return profile === 'cognito' || audiences.length > 0;
}

function tellsAudiencesFromClients({ audiences, clientIds }: Issuer): boolean {
  return !audiences.some((audience) => clientIds.includes(audience));
}

/** A misspelled client would make a role that nobody has. */
function hasKnownClientsInRoles({ clientIds, roles = [] }: Issuer): boolean {
  return roles.every((role) => isWithin(role.clientIds ?? [], clientIds));
}

function keepsServicesFromRoles({ services = [], roles = [] }: Issuer): boolean {
  return !roles.some((role) => role.clientIds?.some((client) => services.includes(client)));
}

function isWithin(values: readonly string[], allowed: readonly string[]): boolean {
  return values.every((value) => allowed.includes(value));
}

function isDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
