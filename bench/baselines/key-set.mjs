// The provider's key set, fetched once, at load.
import { get } from 'node:http';

export async function fetchKeySet() {
  const { promise, resolve, reject } = Promise.withResolvers();
  get(process.env.JWKS_URI, async (response) => {
    const chunks = await response.toArray();
    resolve(JSON.parse(Buffer.concat(chunks).toString()).keys);
  }).on('error', reject);
  return promise;
}
