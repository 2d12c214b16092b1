/** The largest answer that is read, in bytes. */
const MAX_BYTES = 256 * 1024;
const TIMEOUT_MS = 5000;

interface ProviderRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: URLSearchParams | undefined;
}

/**
 * `fetch` as the provider is asked: it follows no redirect, and gives up after a time and a size. `timeoutMs` is for the whole
 * exchange; 5000 by default.
 *
 * @throws Error when nothing came in time, or too much
 */
export async function providerFetch(
  url: string,
  { method, headers, body }: ProviderRequest,
  timeoutMs = TIMEOUT_MS,
): Promise<Response> {
  const response = await fetch(url, {
    method,
    // A connection kept from before would be found dead after Lambda froze and thawed the process.
    headers: { ...headers, connection: 'close' },
    body: body ?? null,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await readBounded(response);
  return new Response(text === '' ? null : text, { status: response.status, headers: response.headers });
}

async function readBounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new RangeError(`the provider answered more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
