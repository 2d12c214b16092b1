import { type Caller, SERVICE_RIGHTS, type ServiceRight } from '@cloakroom/core';
import * as v from 'valibot';

const clientId = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const ROUTE_KEY = /^(?:\$default|[A-Z]+ \/[^\s]*)$/;

/** A client that is a program of ours. Its name alone stands for one that may do what {@link DEFAULT_MAY} says. */
export const serviceSchema = v.union(
  [
    clientId,
    v.strictObject({
      clientId,
      /** What it may do with Cloakroom's own routes. */
      may: v.exactOptional(v.pipe(v.array(v.picklist(SERVICE_RIGHTS)), v.readonly())),
      /** Route keys of the team's own APIs that it may pass. */
      routes: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.regex(ROUTE_KEY))), v.readonly())),
    }),
  ],
  'must be a client id, or { clientId, may, routes }: `may` out of records, sessions, users; `routes` route keys such as GET /orders',
);

type ServiceEntry = v.InferOutput<typeof serviceSchema>;

const DEFAULT_MAY: readonly ServiceRight[] = ['records'];

/** What a service is allowed. */
export interface ServiceGrant {
  readonly may: readonly ServiceRight[];
  /** Route keys of other APIs. */
  readonly routes: readonly string[];
}

/** An issuer, as far as services need it. */
export interface ServiceSource {
  readonly alias: string;
  readonly services?: readonly ServiceEntry[];
}

export function serviceIdOf(entry: ServiceEntry): string {
  return typeof entry === 'string' ? entry : entry.clientId;
}

/** What the client is allowed as a service of this issuer; undefined when it is none. */
export function findServiceGrant(
  { services = [] }: Omit<ServiceSource, 'alias'>,
  client: string,
): ServiceGrant | undefined {
  const entry = services.find((one) => serviceIdOf(one) === client);
  if (entry === undefined) return undefined;
  const { may = DEFAULT_MAY, routes = [] } = typeof entry === 'string' ? {} : entry;
  return { may, routes };
}

/** What the caller may do as a service, by the configuration of its own issuer; nothing for everybody else. */
export function rightsOfService(
  issuers: readonly ServiceSource[],
  caller: Pick<Caller, 'kind' | 'issuer' | 'clientId'>,
): readonly ServiceRight[] {
  const issuer = issuers.find(({ alias }) => alias === caller.issuer);
  if (issuer === undefined || caller.kind !== 'service') return [];
  return findServiceGrant(issuer, caller.clientId)?.may ?? [];
}

const SESSION_ROUTES = [
  'POST /sessions',
  'GET /sessions',
  'GET /sessions/user/{userId}',
  'GET /sessions/{sessionId}',
  'PUT /sessions/{sessionId}',
  'DELETE /sessions/{sessionId}',
];

/** Cloakroom's own routes that a right opens. Each function decides again. */
export const ROUTES_OF_RIGHT: Readonly<Record<ServiceRight, readonly string[]>> = {
  records: SESSION_ROUTES,
  sessions: SESSION_ROUTES,
  users: ['GET /users/{userId}/events', 'GET /users/{userId}/export', 'DELETE /users/{userId}'],
};

/** The keys of all routes that a service may pass. */
export function routesOfService({ may, routes }: ServiceGrant): readonly string[] {
  return [...may.flatMap((right) => ROUTES_OF_RIGHT[right]), ...routes];
}
