import * as v from 'valibot';
import { StoredItemError } from '../model/errors.ts';
import { LONG_DUE, type TicketRotation, type TicketState } from '../model/ticket-state.ts';

/** The last of the year 9999: whatever is later cannot be shown as a time. */
export const MAX_SECONDS = 253_402_300_799;

/** Epoch seconds, or how many. */
export const seconds = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_SECONDS));
const text = v.optional(v.string());

/** What a session's item has of its ticket. */
export const ticketEntries = {
  family_hash: text,
  secret_hash: text,
  recheck_at: v.optional(seconds, LONG_DUE),
  recheck_due_at: v.optional(seconds),
  renewed_at: v.optional(seconds),
  previous_secret_hash: text,
  rotation_nonce: text,
  confirmed_at: v.optional(v.pipe(v.number(), v.safeInteger(), v.maxValue(MAX_SECONDS))),
};

type TicketAttributes = Readonly<Partial<v.InferOutput<v.ObjectSchema<typeof ticketEntries, undefined>>>>;

/** A ticket without both hashes would be one that nobody's cookie fits, or anybody's. @throws StoredItemError */
export function parseTicketState(attributes: TicketAttributes): TicketState {
  const { family_hash, secret_hash, recheck_at = LONG_DUE, recheck_due_at, renewed_at } = attributes;
  if (family_hash === undefined) throw new StoredItemError('SESSION', 'family_hash');
  if (secret_hash === undefined) throw new StoredItemError('SESSION', 'secret_hash');
  const rotation = parseRotation(attributes);
  return {
    familyHash: family_hash,
    secretHash: secret_hash,
    recheckAt: recheck_at,
    ...(recheck_due_at === undefined ? {} : { recheckDueAt: recheck_due_at }),
    ...(renewed_at === undefined ? {} : { renewedAt: renewed_at }),
    ...(rotation === undefined ? {} : { rotation }),
  };
}

/**
 * `confirmed_at` is the second of the first use; until then it is minus the second of the rotation. So the authorizer, which may name
 * no other attribute of these, can say which secret it has seen in use.
 */
function parseRotation({ previous_secret_hash, rotation_nonce, confirmed_at }: TicketAttributes) {
  if (previous_secret_hash === undefined) return undefined;
  if (rotation_nonce === undefined) throw new StoredItemError('SESSION', 'rotation_nonce');
  if (confirmed_at === undefined) throw new StoredItemError('SESSION', 'confirmed_at');
  const at = confirmed_at < 0 ? { rotatedAt: -confirmed_at } : { confirmedAt: confirmed_at };
  return { previousHash: previous_secret_hash, nonce: rotation_nonce, ...at };
}

/** Absent values are undefined. */
export function formatTicketState({
  familyHash,
  secretHash,
  recheckAt,
  recheckDueAt,
  renewedAt,
  rotation,
}: TicketState) {
  return {
    family_hash: familyHash,
    secret_hash: secretHash,
    recheck_at: recheckAt,
    recheck_due_at: recheckDueAt,
    renewed_at: renewedAt,
    ...(rotation === undefined ? {} : formatRotation(rotation)),
  };
}

export function formatRotation(rotation: TicketRotation) {
  return {
    previous_secret_hash: rotation.previousHash,
    rotation_nonce: rotation.nonce,
    confirmed_at: confirmationOf(rotation),
  };
}

/** The value of `confirmed_at`. */
export function confirmationOf(rotation: TicketRotation): number {
  return 'confirmedAt' in rotation ? rotation.confirmedAt : -rotation.rotatedAt;
}
