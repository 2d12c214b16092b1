import { parseUserKey, userKey } from '@cloakroom/core';
import * as v from 'valibot';
import { StoredItemError } from '../model/errors.ts';
import { secretHash } from '../model/secret-hash.ts';
import type { SessionAddress } from '../model/session-id.ts';

/**
 * Why a browser is on its way. `left`: it leaves the provider's session, to sign in again. `signed_out`: it has signed out, and leaves
 * the provider's session too. `leave`: so it does, and fetches the token by which that is ended without a question.
 */
const FLOW_REASONS = ['sign_in', 'step_up', 'recheck', 'left', 'signed_out', 'leave'] as const;
export type FlowReason = (typeof FLOW_REASONS)[number];

/** A browser's way to the provider and back. It is known by `state`, and goes on only in the browser that has its cookie. */
export interface Flow {
  /** Random; never shown but to the provider and the browser. */
  readonly state: string;
  readonly why: FlowReason;
  /** Alias. */
  readonly issuer: string;
  /** Origin of the frontend that it ends at. */
  readonly frontend: string;
  /** Path, query and fragment there. */
  readonly returnTo: string;
  readonly nonce: string;
  /** PKCE's (RFC 7636 §4.1). */
  readonly verifier: string;
  /** What the frontend wants the provider to be told. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether it is the sign-in after leaving: there is no third. */
  readonly isSecond: boolean;
  /** Who must come back. */
  readonly expectedSub?: string;
  /** The session of the ticket that the browser held when it left. */
  readonly replaces?: SessionAddress;
  /** Epoch seconds from which on a sign-in counts. */
  readonly passesAt?: number;
}

/** A flow, and the secret in the cookie of its browser. */
export interface NewFlow extends Flow {
  readonly secret: string;
}

const seconds = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const address = v.object({ user_key: v.string(), id: v.string() });
const flowSchema = v.object({
  user_key: v.string(),
  why: v.picklist(FLOW_REASONS),
  issuer: v.string(),
  frontend: v.string(),
  return_to: v.string(),
  nonce: v.string(),
  verifier: v.string(),
  parameters: v.record(v.string(), v.string()),
  is_second: v.boolean(),
  expected_sub: v.optional(v.string()),
  replaces: v.optional(address),
  passes_at: v.optional(seconds),
  cookie_hash: v.string(),
  started_at: seconds,
  done_at: v.optional(seconds),
});

/** A flow as the table has it. */
export interface StoredFlow {
  readonly flow: Flow;
  readonly cookieHash: string;
  /** Epoch seconds. */
  readonly startedAt: number;
  readonly doneAt?: number | undefined;
}

const PREFIX = 'FLOW#';

export function flowKey(state: string) {
  return { user_key: `${PREFIX}${state}`, item: 'FLOW' };
}

/** `ttl`: epoch seconds. Of the cookie, the table knows a hash. */
export function formatFlow({ secret, state, ...flow }: NewFlow, startedAt: number, ttl: number): object {
  const { returnTo, isSecond, expectedSub, replaces, passesAt, ...rest } = flow;
  return {
    ...flowKey(state),
    ...rest,
    return_to: returnTo,
    is_second: isSecond,
    expected_sub: expectedSub,
    replaces: replaces === undefined ? undefined : { user_key: userKey(replaces.user), id: replaces.id },
    passes_at: passesAt,
    cookie_hash: secretHash(secret),
    started_at: startedAt,
    ttl,
  };
}

/** @throws StoredItemError when the item is not one that {@link formatFlow} makes */
export function parseFlow(item: unknown): StoredFlow {
  const result = v.safeParse(flowSchema, item);
  if (!result.success) throw new StoredItemError('FLOW', v.getDotPath(result.issues[0]) ?? 'item');
  const stored = result.output;
  const replaced = stored.replaces === undefined ? undefined : parseUserKey(stored.replaces.user_key);
  if (stored.replaces !== undefined && replaced === undefined) throw new StoredItemError('FLOW', 'replaces.user_key');
  return {
    flow: {
      state: stored.user_key.slice(PREFIX.length),
      why: stored.why,
      issuer: stored.issuer,
      frontend: stored.frontend,
      returnTo: stored.return_to,
      nonce: stored.nonce,
      verifier: stored.verifier,
      parameters: stored.parameters,
      isSecond: stored.is_second,
      ...(stored.expected_sub === undefined ? {} : { expectedSub: stored.expected_sub }),
      ...(replaced === undefined ? {} : { replaces: { user: replaced, id: stored.replaces?.id ?? '' } }),
      ...(stored.passes_at === undefined ? {} : { passesAt: stored.passes_at }),
    },
    cookieHash: stored.cookie_hash,
    startedAt: stored.started_at,
    doneAt: stored.done_at,
  };
}
