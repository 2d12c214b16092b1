import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { AwsCredentialIdentity } from '@smithy/types';

/** Whom a signature is for. */
export interface Scope {
  /** The service's name in signatures, such as `dynamodb`. */
  readonly service: string;
  readonly region: string;
}

/** A POST without a query. Names of headers are in lower case, values without spaces at their ends or twice within. */
interface UnsignedPost {
  readonly path: string;
  /** Those to be signed; `host` is one of them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers the headers with those of the signature: `x-amz-date`, `x-amz-security-token` and `authorization`. */
export type Sign = (post: UnsignedPost, credentials: AwsCredentialIdentity, nowMs: number) => Record<string, string>;

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * AWS Signature Version 4, for what hot code sends. The key of a day is derived once for the credentials in use.
 * Against the packages that do it (µs of CPU a signature, bytes minified, load): this 7, 1.5 KB, 0.7 ms; `aws4` 22, 8.6 KB, 1.2 ms;
 * `@smithy/signature-v4` 33, 16 KB, 2.5 ms. The last is what the tests hold it to.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createSigner({ service, region }: Scope): Sign {
  const keyOf = createSigningKeys({ service, region });
  return ({ path, headers, body }, credentials, nowMs) => {
    const { accessKeyId, sessionToken } = credentials;
    const time = basicTime(nowMs);
    const date = time.slice(0, 8);
    const signed: Record<string, string> = { ...headers, 'x-amz-date': time };
    if (sessionToken !== undefined) signed['x-amz-security-token'] = sessionToken;
    const names = Object.keys(signed).sort();
    const lines = names.map((name) => `${name}:${signed[name]}\n`).join('');
    const list = names.join(';');
    const request = `POST\n${path}\n\n${lines}\n${list}\n${hash('sha256', body)}`;
    const scope = `${date}/${region}/${service}/aws4_request`;
    const toSign = `${ALGORITHM}\n${time}\n${scope}\n${hash('sha256', request)}`;
    const signature = createHmac('sha256', keyOf(credentials, date)).update(toSign).digest('hex');
    signed.authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${list}, Signature=${signature}`;
    return signed;
  };
}

/** The last key is kept: it changes with the day, and with the credentials. As an object, which takes 9 of 10 µs off each HMAC. */
function createSigningKeys({ service, region }: Scope) {
  let known: { readonly secret: string; readonly date: string; readonly key: KeyObject } | undefined;
  return ({ secretAccessKey: secret }: AwsCredentialIdentity, date: string): KeyObject => {
    if (known?.secret !== secret || known.date !== date) {
      const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
        (from, part) => createHmac('sha256', from).update(part).digest(),
        `AWS4${secret}`,
      );
      known = { secret, date, key: createSecretKey(key as Buffer) };
    }
    return known.key;
  };
}

/** ISO 8601's basic form in UTC: `20150830T123600Z`. */
function basicTime(ms: number): string {
  const time = new Date(ms).toISOString();
  return `${time.slice(0, 4)}${time.slice(5, 7)}${time.slice(8, 13)}${time.slice(14, 16)}${time.slice(17, 19)}Z`;
}
