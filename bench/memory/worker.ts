import { createTestSigner } from '@cloakroom/testing';
import { createOurVerifier, tokenOf } from '../verification/our-verifier.ts';

/** Of the process, after a collection of all garbage, in bytes. */
export type Memory = Readonly<Record<'heapBytes' | 'rssBytes', number>>;

/** Told how many, verifies so many tokens that it has not seen, and says what memory it has then. Wants `--expose-gc`. */
const signer = createTestSigner('EdDSA', 'key-1');
const verifier = createOurVerifier(signer);
let made = 0;

process.on('message', (count: number) => {
  verifyNew(count).then(
    () => process.send?.(memory()),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function verifyNew(count: number): Promise<void> {
  for (const end = made + count; made < end; made += 1) await verifier.verify(tokenOf(signer, String(made)));
}

function memory(): Memory {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapBytes: heapUsed, rssBytes: rss };
}
