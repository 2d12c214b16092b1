// The provider's key set, fetched once, at load.

export async function fetchKeySet() {
  const { JWKS_URI } = process.env;
  const { get } = await import(`node:${new URL(JWKS_URI).protocol.slice(0, -1)}`);
  const { promise, resolve, reject } = Promise.withResolvers();
  get(JWKS_URI, async (response) => {
    const chunks = await response.toArray();
    resolve(JSON.parse(Buffer.concat(chunks).toString()).keys);
  }).on('error', reject);
  return promise;
}
