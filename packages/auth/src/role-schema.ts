import { ISSUER_ALIAS } from '@cloakroom/core';
import * as v from 'valibot';

/** Aliases of issuers: whoever has the role administers their users. */
const administered = v.pipe(v.array(v.pipe(v.string(), v.regex(ISSUER_ALIAS))), v.minLength(1), v.readonly());
const clients = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(255))), v.minLength(1), v.readonly());

/** RFC 6749 §3.3: a scope is one word. */
const SCOPE_WORD = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * What makes an administrator: a group, of any client or of those listed; or a scope, of those listed alone, since a user
 * consents to scopes and any client of the issuer may ask for them.
 */
export const roleSchema = v.variant('claim', [
  v.strictObject({
    claim: v.literal('groups'),
    value: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
    administers: administered,
    clientIds: v.exactOptional(clients),
  }),
  v.strictObject({
    claim: v.literal('scope'),
    value: v.pipe(v.string(), v.maxLength(255), v.regex(SCOPE_WORD, 'must be one word')),
    administers: administered,
    clientIds: clients,
  }),
]);

export type Role = v.InferOutput<typeof roleSchema>;
