import { isSub, sidHash, sidKey, type User } from '@cloakroom/core';
import { CloakroomStoreError } from './errors.ts';
import type { ProviderClaims } from './options.ts';
import type { Settings } from './settings.ts';
import type { SessionObject } from './shape.ts';

/** Who a session belongs to, and the session at the provider that it came from. */
export interface Owner {
  readonly user: User;
  readonly providerSession?: { readonly sidHash: string; readonly sidKey: string } | undefined;
}

/** Whose a session object is, as the app says it; undefined: nobody's. @throws CloakroomStoreError OWNER_INVALID */
export function ownerOf(
  session: SessionObject,
  settings: Pick<Settings, 'issuer' | 'userOf' | 'sidOf'>,
): Owner | undefined {
  const sub = subOf(asked('userOf', settings.userOf ?? usualUser, session));
  if (sub === undefined) return undefined;
  const claims = settings.sidOf === undefined ? undefined : asked('sidOf', settings.sidOf, session);
  return { user: { issuer: settings.issuer, sub }, providerSession: providerSessionOf(claims, sub) };
}

/** Where apps keep it, and where Passport does. */
function usualUser({ userId, passport }: SessionObject): unknown {
  return userId ?? (passport as { readonly user?: unknown } | null | undefined)?.user;
}

function asked(name: string, of: (session: never) => unknown, session: SessionObject): unknown {
  try {
    return of(session as never);
  } catch (error) {
    throw new CloakroomStoreError('OWNER_INVALID', `${name} has thrown`, { cause: error });
  }
}

function subOf(id: unknown): string | undefined {
  if (id === undefined || id === null) return undefined;
  const sub = typeof id === 'number' && Number.isFinite(id) ? String(id) : id;
  if (typeof sub === 'string' && isSub(sub)) return sub;
  throw new CloakroomStoreError(
    'OWNER_INVALID',
    `userOf must give a number or 1 to 255 printable ASCII characters, or undefined for nobody: it gave ${kindOf(id)}`,
  );
}

function providerSessionOf(claims: unknown, sub: string): Owner['providerSession'] {
  if (claims === undefined || claims === null) return undefined;
  const { iss: issuer, sid: value }: ProviderClaims = Object(claims);
  if (value === undefined || value === null) return undefined;
  if (isWord(issuer) && isWord(value))
    return { sidHash: sidHash({ issuer, sub, value }), sidKey: sidKey({ issuer, value }) };
  throw new CloakroomStoreError('OWNER_INVALID', 'sidOf must give the claims of an ID token: iss and sid, both texts');
}

const MAX_WORD_LENGTH = 2048;

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_WORD_LENGTH;
}

function kindOf(id: unknown): string {
  if (typeof id === 'string') return id === '' ? 'an empty text' : `a text of ${id.length} characters`;
  return Array.isArray(id) ? 'a list' : `a value of type ${typeof id}`;
}
