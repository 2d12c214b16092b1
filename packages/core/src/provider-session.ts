import { shortHash } from './short-hash.ts';

/** A session at a provider, as its tokens name it. */
export interface NamedProviderSession {
  /** The tokens' `iss`, not our alias for it. */
  readonly issuer: string;
  readonly sub: string;
  /** `sid`. */
  readonly value: string | number;
}

/** Names the session at the provider that a `sid` stands for, whichever client it is told to: see `Login.sidHash`. */
export function sidHash({ issuer, sub, value }: NamedProviderSession): string {
  return shortHash([issuer, sub, value]);
}

/** The same, whosever it is. In the same form. */
export function sidKey({ issuer, value }: Pick<NamedProviderSession, 'issuer' | 'value'>): string {
  return shortHash([issuer, value]);
}
