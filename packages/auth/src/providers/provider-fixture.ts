import type { TestAlgorithm } from '@cloakroom/testing';
import type { Issuer } from '../issuer.ts';

/** When every token of a fixture is looked at, in epoch seconds. */
export const NOW = 1_800_000_000;
/** The API that tokens are for, as most providers name one. */
export const API = 'https://api.example.com';

type Json = Readonly<Record<string, unknown>>;

/** What the verifier finds in a token, as far as it is looked at. */
interface Expected {
  readonly type?: 'login' | 'service';
  readonly sub?: string;
  readonly clientId?: string;
  readonly scope?: string;
  readonly groups?: readonly string[];
  readonly authTime?: number;
}

/** A token of the provider: its claims differ by `changes` from those of the provider; a member set to undefined is left out. */
interface Shape {
  readonly changes?: Json;
  readonly header?: Json;
  readonly alg?: TestAlgorithm;
  /** Of the provider's issuers; the first when absent. */
  readonly alias?: string;
}

/** A provider as its documentation and public reports show its tokens, and as `docs/providers.md` says to configure it. */
export interface Provider {
  readonly issuers: readonly Issuer[];
  /** Of a person's access token. */
  readonly claims: Json;
  readonly header: Json;
  /** Access tokens, by what is peculiar about them. */
  readonly accepted: Readonly<Record<string, Shape & { readonly expected?: Expected }>>;
  /** Tokens of the provider that are none for us, and the reason in the log. */
  readonly refused: Readonly<Record<string, Shape & { readonly reason: string }>>;
}
