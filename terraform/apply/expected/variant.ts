/** In what the environments differ, as far as it is seen from outside. */
export interface Variant {
  /** Node's, as it was applied. */
  readonly runtime: string;
  readonly allowedOrigins: readonly string[];
  /** Requests per second, and at once, of the whole API and of each route that anybody may reach. */
  readonly throttle: { readonly all: Throttle; readonly publicRoute: Throttle };
  /** The ids of APIs that exist already and ask the authorizer. */
  readonly attachedApis: readonly string[];
  /** Whether web apps, made elsewhere, have their sessions in the table. */
  readonly hasWebApps: boolean;
  /** Whether some functions get what they do not get by default. */
  readonly hasSettings: boolean;
  readonly deletionProtection: boolean;
  readonly logRetentionDays: number;
  /** Whether logs are encrypted under a key of the customer's. */
  readonly hasLogKey: boolean;
  /** Whether functions are in a VPC, whose traffic is logged. */
  readonly hasVpc: boolean;
  /** Whom alarms tell; undefined where there are none. */
  readonly notified: readonly string[] | undefined;
}

interface Throttle {
  readonly ratePerSecond: number;
  readonly burst: number;
}
