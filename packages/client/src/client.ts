import type { CloakroomClientError } from './client-error.ts';
import type { Session } from './session.ts';

export interface ClientOptions {
  /** The API: `https://api.example.com`. */
  readonly apiUrl: string;
  /** The name of this app in `browser.frontends`, where its origin does not tell. */
  readonly frontend?: string;
}

export interface FetchOptions extends RequestInit {
  /** Whether the page asks by itself, as by a timer: no use of the session, which keeps nobody signed in. */
  readonly background?: boolean;
}

export interface SignInOptions {
  /** The alias of an issuer; the API's first one with `browser` otherwise. */
  readonly issuer?: string;
  /** For the provider: `{ login_hint: 'ada@example.com' }`. Those that `browser.parameters` does not list are ignored. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Whether the person, who is signed in, proves more, by `parameters`. They get a new session. */
  readonly stepUp?: boolean;
}

/** Why nobody is signed in any more: as the API tells (`expired`, `revoked`, …), or one of these. */
export type SignedOutReason =
  /** In another tab. */
  | 'signed_out'
  /** Somebody else has signed in. What the page shows is not theirs. */
  | 'other_user'
  | 'unknown'
  | (string & {});

/** Signs people in and out of a page, and calls the API for them. */
export interface Client {
  /**
   * Who is signed in: undefined if nobody. With `orSignIn` the page goes to the sign-in then, once somebody looks at it; it does not
   * where that would be in vain, which `onError` hears.
   *
   * @throws CloakroomClientError the API does not say: `UNREACHABLE` or its own code
   */
  session(options?: { readonly orSignIn?: boolean }): Promise<Session | undefined>;
  /**
   * Leaves the page to sign in. It comes back to where it was.
   *
   * @throws CloakroomClientError PAGE_REQUIRED: a worker cannot
   */
  signIn(options?: SignInOptions): void;
  /**
   * `fetch` with the ticket, at the API alone: a path is one of the API. A ticket that is due is renewed, and the request repeated,
   * unless its body is a stream. A 401 that comes all the same is an answer: nobody is signed in.
   *
   * @throws StepUpRequiredError the API asks for a stronger or newer sign-in
   * @throws CloakroomClientError OTHER_ORIGIN; RECHECK_REQUIRED, as the page leaves for the provider; or the ticket is due, and cannot
   * be renewed now: `UNREACHABLE`, or the API's code
   * @throws what `fetch` throws
   */
  fetch(input: RequestInfo | URL, init?: FetchOptions): Promise<Response>;
  /**
   * Signs out here, in every tab, and at the provider, and goes to `returnTo`, a path of this app: `/` by default. A worker, which
   * goes nowhere, gets where a page is to go.
   *
   * @throws CloakroomClientError nobody has been signed out
   */
  signOut(options?: { readonly returnTo?: string }): Promise<string>;
  /** Calls back when whoever was signed in is so no more, but for `signOut` in this tab. Returns what ends that. */
  onSignedOut(listener: (reason: SignedOutReason) => void): () => void;
  /** Calls back with what a person must be told of a sign-in, once for each code. Returns what ends that. */
  onError(listener: (error: CloakroomClientError) => void): () => void;
}
