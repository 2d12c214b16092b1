import type { Authorizer, Protection, Route } from './attached-api.ts';

/** In what a stage and the configuration differ, by who is asked before what: nothing when they are alike. */
export function undeployedChanges(deployed: Protection, configured: Protection): readonly string[] {
  const routes = compare(deployed.routes, configured.routes, ({ key }) => key, routeText);
  // One that no route names may be missing in what is exported.
  const both = configured.authorizers.filter(({ name }) => deployed.authorizers.some((one) => one.name === name));
  const known = deployed.authorizers.filter(({ name }) => both.some((one) => one.name === name));
  return [...routes, ...compare(known, both, ({ name }) => `authorizer ${name}`, authorizerText)];
}

function compare<T>(
  deployed: readonly T[],
  configured: readonly T[],
  nameOf: (one: T) => string,
  textOf: (one: T) => string,
): readonly string[] {
  const before = new Map(deployed.map((one) => [nameOf(one), textOf(one)]));
  const after = new Map(configured.map((one) => [nameOf(one), textOf(one)]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    return was === is ? [] : [`${name} is ${was ?? 'not there'}, and configured as ${is ?? 'not there'}`];
  });
}

function routeText({ authorization, authorizer }: Route): string {
  return authorizer === undefined || authorization === 'NONE' ? authorization : `${authorization} by ${authorizer}`;
}

function authorizerText(one: Authorizer): string {
  // That of a TOKEN authorizer is told in another way by an export.
  const sources = one.type === 'REQUEST' ? one.identitySources : [];
  const settings = {
    uri: one.uri,
    ttl: one.ttlSeconds,
    source: sources.length === 0 ? undefined : sources.join(','),
    expression: one.validationExpression,
    role: one.roleArn,
  };
  const told = Object.entries(settings).filter(([, value]) => value !== undefined && value !== '');
  return `${one.type} (${told.map(([name, value]) => `${name} ${value}`).join(', ')})`;
}
