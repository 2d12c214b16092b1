import { createHash, createHmac } from 'node:crypto';
import { CODE_POINT } from '@cloakroom/testing/code-points';
import { describe, expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { createSigner } from './sign.ts';

const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
/** The example of AWS's documents, which opens nothing. */
const TOKEN =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';
const FORM = 'application/x-www-form-urlencoded';

/** https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html, those of POST / without odd spaces */
describe("the vectors of AWS's Signature Version 4 test suite", () => {
  const sign = createSigner({ service: 'service', region: 'us-east-1' });

  it.each([
    ['post-vanilla', {}, '', undefined, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'post-header-key-sort',
      { 'my-header1': 'value1' },
      '',
      undefined,
      'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
    ],
    [
      'post-header-value-case',
      { 'my-header1': 'VALUE1' },
      '',
      undefined,
      'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
    ],
    [
      'post-x-www-form-urlencoded',
      { 'content-type': FORM },
      'Param1=value1',
      undefined,
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
    ['post-sts-header-before', {}, '', TOKEN, '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead'],
  ])('%s', (_, headers, body, sessionToken, signature) => {
    const credentials = { ...CREDENTIALS, ...(sessionToken === undefined ? {} : { sessionToken }) };
    const post = { path: '/', headers: { host: 'example.amazonaws.com', ...headers }, body };
    const { authorization } = sign(post, credentials, Date.UTC(2015, 7, 30, 12, 36));
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/us-east-1\/service\/aws4_request, /,
    );
    expect(authorization).toMatch(new RegExp(`Signature=${signature}$`));
  });
});

/** What the SDK's signer hashes with. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('nobody needs it');
  }
}

const scope = { service: 'dynamodb', region: 'eu-central-1' };

/** The same request, signed by the SDK. */
async function signedBySdk(headers: Record<string, string>, body: string, credentials: object, nowMs: number) {
  const signer = new SignatureV4({
    ...scope,
    credentials: credentials as never,
    sha256: Sha256 as never,
    applyChecksum: false,
  });
  const request = { method: 'POST', protocol: 'https:', hostname: 'x', path: '/', headers, body };
  return (await signer.sign(request, { signingDate: new Date(nowMs) })).headers;
}

it("signs as the SDK's signer does: any body, key, token, and time, with the day and the key changing in between", async () => {
  const DAY = 86_400_000;
  const credentials = fc.record(
    {
      accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
      secretAccessKey: fc.stringMatching(/^[A-Za-z0-9/+]{1,80}$/),
      sessionToken: fc.stringMatching(/^[A-Za-z0-9/+=]{1,900}$/),
    },
    { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
  );
  // Few keys, and times around a few midnights, so that both the kept key and its replacement are seen.
  const requests = fc
    .tuple(fc.array(credentials, { minLength: 1, maxLength: 2 }), fc.integer({ min: 0, max: 40_000 }))
    .chain(([keys, day]) =>
      fc.array(
        fc.record({
          key: fc.constantFrom(...keys),
          nowMs: fc.integer({ min: -2000, max: 2000 }).map((ms) => (day + 1) * DAY + ms),
          body: fc.string({ unit: CODE_POINT }),
          target: fc.stringMatching(/^[\w.]{1,40}$/),
        }),
        { minLength: 1, maxLength: 5 },
      ),
    );
  await fc.assert(
    fc.asyncProperty(requests, async (all) => {
      const sign = createSigner(scope);
      for (const { key, nowMs, body, target } of all) {
        const headers = { host: 'x', 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target };
        const signed = sign({ path: '/', headers, body }, key, nowMs);
        expect(signed).toEqual(await signedBySdk(headers, body, key, nowMs));
      }
    }),
  );
});
