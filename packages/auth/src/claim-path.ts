import { isObject } from '@cloakroom/core';
import * as v from 'valibot';
import type { Claims } from './compact-jws.ts';

const MAX_NAMES = 8;
/** A name of a path: anything but a dot and a backslash, which stand for themselves behind a backslash. */
const NAME = String.raw`(?:[^.\\]|\\[.\\])+`;
const PATH = new RegExp(String.raw`^${NAME}(?:\.${NAME}){0,${MAX_NAMES - 1}}$`, 'su');
const EACH_NAME = new RegExp(NAME, 'gsu');

/**
 * The names on the way to a claim: `resource_access.my\.client.roles` is `resource_access`, `my.client`, `roles`. Undefined for a
 * text that is no path: with an empty name, more than 8 of them, or a backslash before anything but a dot or a backslash.
 */
export function parseClaimPath(text: string): readonly string[] | undefined {
  if (!PATH.test(text)) return undefined;
  return (text.match(EACH_NAME) ?? []).map((name) => name.replaceAll(/\\(.)/gsu, '$1'));
}

/** What the configuration says for a claim: its name, or the path to it. */
export const claimName = v.pipe(
  v.string(),
  v.maxLength(255),
  v.check((claim) => parseClaimPath(claim) !== undefined),
);

/**
 * What a claim says; undefined where it is not there. A claim that has exactly this name comes before what the path leads to, since a
 * name may have dots (`https://example.com/roles`).
 */
export function valueAt(claims: Claims, claim: string): unknown {
  if (Object.hasOwn(claims, claim)) return claims[claim];
  return namesOf(claim).reduce<unknown>(memberOf, claims) ?? undefined;
}

/** Of the claims that the configuration names: so they are few. */
const NAMES = new Map<string, readonly string[]>();

function namesOf(claim: string): readonly string[] {
  const names = NAMES.get(claim) ?? parseClaimPath(claim) ?? [];
  NAMES.set(claim, names);
  return names;
}

/** The words of a claim: those of a list, or one text. What is not there, or no word, is left out. */
export function wordsAt(claims: Claims, claim: string): readonly string[] {
  const value = valueAt(claims, claim);
  const words: readonly unknown[] = Array.isArray(value) ? value : [value];
  return words.filter((word) => typeof word === 'string');
}

/** Never what an object inherits: a token decides about names. */
function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
