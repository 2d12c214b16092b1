import type { BrowserClient, HandInVerifier, OidcClient } from '@cloakroom/auth/oidc';
import type { NowMs, Telemetry } from '@cloakroom/core';
import type { TicketCookieSettings } from '@cloakroom/http';
import type { IpStorage } from '@cloakroom/http/client-info';
import type { FlowStore, SessionStore, TicketPolicy, TicketStore, TokenStore } from '@cloakroom/sessions';

/** Where people sign in: one issuer, and our client there. */
export interface SignInPlace {
  readonly client: BrowserClient;
  readonly oidc: OidcClient;
}

export interface TokenHandlerDeps {
  /** By alias; the first is the default. Not empty. */
  readonly places: ReadonlyMap<string, SignInPlace>;
  readonly sessions: Pick<SessionStore, 'get' | 'getEnded' | 'revoke' | 'touch'> & TicketStore;
  readonly flows: FlowStore;
  readonly verifyHandIn: HandInVerifier;
  /** Whether tokens that somebody else got may be handed in. */
  readonly isHandInEnabled: boolean;
  readonly tokens: TokenStore;
  readonly policy: TicketPolicy;
  readonly cookie: TicketCookieSettings;
  /** Where browsers reach us, without a slash at the end. */
  readonly publicUrl: string;
  /** What is kept of the client's address. */
  readonly ipStorage: IpStorage;
  readonly nowMs: NowMs;
  /** How much of the invocation is left for what goes out of it. */
  readonly remainingMs: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly telemetry: Telemetry;
}

export function leftUri(publicUrl: string): string {
  return `${publicUrl}/auth/left`;
}

export function callbackUri(publicUrl: string, alias: string): string {
  return `${publicUrl}/auth/callback/${alias}`;
}
