import type { Issuer } from '@cloakroom/auth';
import { ISSUER_ALIAS } from '@cloakroom/core';
import { fits, type Rule, rule } from './validation.ts';

/** What one may say of an issuer in Terraform. The rest decides which functions and secrets there are. */
const FIELDS = {
  alias: 'required',
  issuer: 'required',
  jwksUri: 'required',
  profile: 'required',
  algorithms: 'required',
  clientIds: 'required',
  audiences: 'required',
  loginClaim: 'required',
  claims: 'optional',
  roles: 'optional',
  services: 'optional',
} as const satisfies Readonly<Record<Exclude<keyof Issuer, 'backchannelLogout' | 'browser'>, 'required' | 'optional'>>;

/** Bytes that Lambda takes for all variables of a function, as JSON text. */
const MAX_BYTES = 4096;
/** By which names and numbers in the other variables may be longer than the environment's. */
const SLACK_BYTES = 256;

/** How many bytes issuers and origins may have, as JSON text in JSON text, beside the other variables of the functions that are told them. */
export function roomForIssuers(functions: readonly Readonly<Record<string, string>>[]): number {
  const sizes = functions.map((variables) =>
    Buffer.byteLength(JSON.stringify({ ...variables, ISSUERS: '', ALLOWED_ORIGINS: '' })),
  );
  return MAX_BYTES - SLACK_BYTES - Math.max(...sizes);
}

/** What Terraform can tell before an apply. The functions judge by all rules when they start, and do not start with others. */
export function issuerRules(roomBytes: number): readonly Rule[] {
  const required = Object.entries(FIELDS).flatMap(([name, kind]) => (kind === 'required' ? [name] : []));
  // What lacks a field is refused for that alone.
  const each = (condition: string, otherwise = true) => `try(alltrue([for one in VALUE : ${condition}]), ${otherwise})`;
  const holdsAll = `length(setsubtract(${JSON.stringify(required)}, keys(one))) == 0`;
  const holdsNoOther = `length(setsubtract(keys(one), ${JSON.stringify(Object.keys(FIELDS))})) == 0`;
  const distinct = (field: string) => `length(distinct([for one in VALUE : one.${field}])) == length(VALUE)`;
  const isHttps = (field: string) =>
    `${fits(/^https:\/\/[^/?#@:]+/, `one.${field}`)} && !${fits(/^https:\/\/(localhost|127\.|\[)/, `one.${field}`)}`;
  return [
    rule(`try(length(VALUE) > 0, false)`, 'a list of at least one issuer'),
    rule(each(holdsAll, false), `a list of objects that each have ${required.join(', ')}`),
    rule(
      each(holdsNoOther, false),
      `a list of objects with no other field than ${Object.keys(FIELDS).join(', ')}; for browser and backchannelLogout the module has to be written anew`,
    ),
    rule(
      `${each(fits(ISSUER_ALIAS, 'one.alias'))} && try(${distinct('alias')} && ${distinct('issuer')}, true)`,
      'a list in which each alias is 1 to 32 of a-z, 0-9 and -, and no alias and no issuer stands twice',
    ),
    rule(
      each(`${isHttps('issuer')} && ${isHttps('jwksUri')}`),
      'a list in which each issuer and jwksUri is https, and none is on this machine',
    ),
    rule(
      each('one.profile == "cognito" || length(one.audiences) > 0'),
      'a list in which each has audiences, but those of profile cognito',
    ),
    rule(
      `try(length(jsonencode(jsonencode(VALUE))) + length(jsonencode(jsonencode(var.allowed_origins))) <= ${roomBytes}, true)`,
      `no larger than ${roomBytes} bytes as JSON, together with allowed_origins: a Lambda function takes 4 KB of variables. For more, the module has to be written anew with --issuers-in-zip`,
    ),
  ];
}
