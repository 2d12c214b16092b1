import { join, resolve } from 'node:path';
import { AUTHORIZER } from './start-world.ts';
import type { Outcome } from './worker.ts';
import { type Credential, freshToken, type World } from './world.ts';

/** A kind of request to one of the handlers. */
export interface AuthorizationVariant {
  readonly name: string;
  /** The module with the handler. */
  readonly module: string;
  /** The credential of a request. The tokens that are passed in are in no other batch of the variant. */
  readonly credentialOf: (world: World, freshToken: string) => Credential;
  readonly outcome: Outcome;
  /** How many requests of DynamoDB each of its requests is to cause. */
  readonly reads: number;
  /** Beside what all have. */
  readonly env?: NodeJS.ProcessEnv;
  /** Its log goes through a pipe that is read at once, and not into a file: each line wakes another process. */
  readonly isLogRead?: boolean;
}

export const FLOOR = 'floor';
export const USUAL = 'usual stack';
export const OURS = 'ours, fresh token';

const BASELINES = resolve(import.meta.dirname, '../baselines');
const bearer = (token: string): Credential => ({ authorization: `Bearer ${token}` });
const accepted = { credentialOf: (_: World, token: string) => bearer(token), outcome: 'allowed', reads: 1 } as const;
const ours = { module: AUTHORIZER, ...accepted };
const refused = { ...ours, outcome: 'unauthorized', reads: 0 } as const;

/** The same token at every request. */
function once(make: (world: World) => string) {
  let made: string | undefined;
  return (world: World) => {
    made ??= make(world);
    return bearer(made);
  };
}

export const VARIANTS: readonly AuthorizationVariant[] = [
  { name: FLOOR, module: join(BASELINES, 'floor.mjs'), ...accepted },
  { name: 'jose, by hand', module: join(BASELINES, 'jose-hand-signed.mjs'), ...accepted },
  { name: USUAL, module: join(BASELINES, 'usual-stack.mjs'), ...accepted },
  { name: 'aws-jwt-verify and SDK', module: join(BASELINES, 'aws-jwt-verify.mjs'), ...accepted },
  { name: OURS, ...ours },
  { name: 'ours, token seen before', ...ours, credentialOf: once((world) => freshToken(world)) },
  { name: 'ours, fresh token, no line', ...ours, env: { AUTHORIZER_LOG_SAMPLING: '0' } },
  { name: 'ours, fresh token, line to a pipe', ...ours, isLogRead: true },
  { name: 'ours, cookie', ...ours, credentialOf: ({ ticketOf }) => ({ ticket: ticketOf('A'.repeat(22)) }) },
  {
    name: 'ours, no session',
    ...ours,
    credentialOf: once((world) => freshToken(world, { sub: 'nobody' })),
    outcome: 'denied',
  },
  { name: 'ours, bad signature', ...refused, credentialOf: (_, token) => bearer(withOtherSignature(token)) },
  { name: 'ours, expired', ...refused, credentialOf: once((world) => freshToken(world, { exp: 1_700_000_000 })) },
  { name: 'ours, malformed', ...refused, credentialOf: (_, token) => bearer(token.slice(0, token.lastIndexOf('.'))) },
];

/** As long as the real one, and a number that the key takes: all of the verification is done. */
function withOtherSignature(token: string): string {
  const start = token.lastIndexOf('.') + 1;
  const signature = Buffer.from(token.slice(start), 'base64url');
  signature.writeUInt8((signature.at(-1) ?? 0) ^ 1, signature.length - 1);
  return token.slice(0, start) + signature.toString('base64url');
}
