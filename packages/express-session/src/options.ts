/** What is told to a store. `Session`: the library's session object, with what the app keeps in it. */
export interface CloakroomStoreOptions<Session = Readonly<Record<string, unknown>>> {
  /** The sessions table: Cloakroom's output `TableName`. */
  readonly table: string;
  /** Alias of the issuer whose users sign in; `app-…` where the app has users of its own. */
  readonly issuer: string;
  /**
   * Whose a session is: the user's id, at an issuer the `sub` of its tokens. Nobody's: `undefined` or `null`.
   * Default: `session.userId ?? session.passport?.user`.
   */
  readonly userOf?: ((session: Session) => string | number | null | undefined) | undefined;
  /** The session at the provider that a sign-in belongs to: the claims of its ID token, of which `iss` and `sid` are read. */
  readonly sidOf?: ((session: Session) => ProviderClaims | null | undefined) | undefined;
  /** A `DynamoDBClient` of AWS SDK v3, with a region and credentials of its own. */
  readonly client?: GivenClient | undefined;
  /** Default: AWS_REGION, then the profile's. Not looked at beside `client`. */
  readonly region?: string | undefined;
  /** Tells the sessions of several stores apart. Default: `sess:`. */
  readonly prefix?: string | undefined;
  /** How long a session lives whose cookie says no end, in seconds. Default: 3600. */
  readonly ttl?: number | undefined;
  /** How long a session lives at most, in seconds. Default: 30 days. */
  readonly absoluteTtl?: number | undefined;
  /** Uses are written at most this often, in seconds. Default: 300; 0 writes each. */
  readonly touchAfter?: number | undefined;
  /** Default: 10. */
  readonly maxSessionsPerUser?: number | undefined;
  /** What happens to one more. Default: `evict-oldest`. */
  readonly limitPolicy?: 'evict-oldest' | 'deny' | undefined;
  /** How large one request may make a session, as JSON, its keys included. Default: 65,536. */
  readonly maxBytes?: number | undefined;
  /** How many sessions `all`, `length` and `clear` may find. Absent: they are off, since they read the whole table. */
  readonly scanLimit?: number | undefined;
  /** How much of an address is kept. Default: `full`. */
  readonly ipStorage?: 'full' | 'truncated' | 'none' | undefined;
  /** Default: one JSON line on standard error for each. */
  readonly logger?: StoreLogger | undefined;
  /** Counts what an operator wants to know. */
  readonly onMetric?: ((name: StoreMetric, value: number) => void) | undefined;
}

/** Of an ID token. A provider without sessions of its own has no `sid`. */
export interface ProviderClaims {
  readonly iss?: unknown;
  readonly sid?: unknown;
}

/** A `DynamoDBClient` or a `DynamoDBDocumentClient`. */
export interface GivenClient {
  send(command: never): unknown;
}

/** Lines for people, with fields. No session, id or cookie is among them. */
export interface StoreLogger {
  /** Of credentials and clients. */
  info?(message: string, fields: object): void;
  warn(message: string, fields: object): void;
  error(message: string, fields: object): void;
}

export type StoreMetric =
  | 'AnonymousSessionCreated'
  | 'SessionAdopted'
  | 'SessionAlreadyEnded'
  | 'SessionKeyConflict'
  | 'SessionMalformed';
