/** The session of this browser, as `GET /auth/session` shows it. Times are ISO 8601 in UTC; what is not known is null. */
export interface Session {
  readonly sessionId: string;
  /** `sub` at the issuer. */
  readonly userId: string;
  /** Names the user in a path, and nobody else. */
  readonly userKey: string;
  /** The alias of the issuer. */
  readonly issuer: string;
  readonly isActive: boolean;
  readonly current: boolean;
  readonly userAgent: string | null;
  readonly device: string | null;
  readonly ipAddress: string | null;
  /** When the person signed in at the provider. */
  readonly loginTime: string;
  readonly createdAt: string;
  readonly lastActivity: string;
  /** When it ends if it is not used any more. */
  readonly expiresAt: string;
  readonly absoluteExpiresAt: string;
  /** When the provider is asked again. */
  readonly recheckAt?: string;
  readonly scope: string;
  readonly groups: readonly string[];
  /** How the person signed in, if the provider tells. */
  readonly acr?: string;
  /** Those claims of the ID token that `browser.claims` lists. */
  readonly claims?: Readonly<Record<string, unknown>>;
}
