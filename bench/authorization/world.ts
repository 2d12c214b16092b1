import { createHash, randomBytes } from 'node:crypto';
import { accessClaims, createTestSigner, type TestSigner } from '@cloakroom/testing';

/** What the variants are asked about, and what the fake DynamoDB holds: one person with a session, one with a ticket, one with none. */
export interface World {
  readonly issuer: string;
  readonly signer: TestSigner;
  readonly keySet: string;
  /** By partition key, the attributes of the one item that is found there, but for its key. */
  readonly items: Readonly<Record<string, object>>;
  /** A cookie that opens the session of `tess` with this id: 128 bits, base64url. */
  readonly ticketOf: (id: string) => string;
}

/** A request before it is an event: what differs between two of them. */
export interface Credential {
  readonly authorization?: string;
  readonly ticket?: string;
}

export const CLIENT_ID = 'web';
export const APP = 'https://app.example.com';
const DAY = 86_400;

export function createWorld(): World {
  const issuer = 'https://issuer.example.com';
  const signer = createTestSigner('RS256', 'key-1');
  const [family, secret] = [16, 32].map((bytes) => randomBytes(bytes).toString('base64url'));
  const key = Buffer.from('U#main#tess').toString('base64url');
  const hash = (text = '') => createHash('sha256').update(text).digest('base64url');
  const now = Math.floor(Date.now() / 1000);
  const kept = JSON.stringify({ keys: [signer.jwk] });
  return {
    issuer,
    signer,
    keySet: kept,
    items: {
      'KEYS#main': { jwks: { S: kept }, fetched_at: { N: String(now) } },
      'U#main#ada': sessionItem('bearer'),
      'U#main#tess': {
        ...sessionItem('ticket'),
        family_hash: { S: hash(family) },
        secret_hash: { S: hash(secret) },
        recheck_at: { N: String(now + DAY) },
      },
    },
    ticketOf: (id) => `${key}.${id}.${family}.${secret}`,
  };
}

/** An access token as Cognito makes them. No two are the same. */
export function freshToken({ issuer, signer }: World, claims: object = {}): string {
  const now = Math.floor(Date.now() / 1000);
  return signer.sign(
    accessClaims(now, {
      iss: issuer,
      jti: randomBytes(16).toString('hex'),
      event_id: randomBytes(16).toString('hex'),
      'cognito:groups': ['staff', 'editors'],
      scope: 'openid profile email',
      version: 2,
      username: 'ada',
      ...claims,
    }),
  );
}

/** As the store writes it (`packages/sessions`), 600 B, and `status` for those who keep their sessions by that. */
function sessionItem(kind: 'bearer' | 'ticket') {
  const now = Math.floor(Date.now() / 1000);
  const numbers = {
    created_at: now - 600,
    last_seen_at: now,
    idle_expires_at: now + DAY,
    absolute_expires_at: now + 30 * DAY,
    auth_time: now - 600,
    version: 1,
    ttl: now + 60 * DAY,
  };
  const texts = {
    kind,
    login_id: 'AAAAAAAAAAAAAAAAAAAAAA',
    client_id: CLIENT_ID,
    scope: 'openid profile email',
    ip: '203.0.113.7',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
    device: 'a laptop',
    status: 'active',
  };
  return {
    ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, { N: String(value) }])),
    ...Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, { S: value }])),
    groups: { L: [{ S: 'staff' }, { S: 'editors' }] },
  };
}
