import type { Part } from '../../scripts/bench-part.ts';

/** Every part, by its letter, in the order of the table. A part is loaded when it is to run: some load half of the SDK. */
export const PARTS: Readonly<Record<string, () => Promise<Part>>> = {
  a: async () => (await import('./a-authorization.ts')).part,
  b: async () => (await import('./b-cold-starts.ts')).part,
  c: async () => (await import('./c-verification.ts')).part,
  d: async () => (await import('./d-session-checks.ts')).part,
  e: async () => (await import('./e-sessions.ts')).part,
  f: async () => (await import('./f-pipeline.ts')).part,
  g: async () => (await import('./g-local-aws.ts')).part,
  h: async () => (await import('./h-memory.ts')).part,
  i: async () => (await import('./i-first-request.ts')).part,
  j: async () => (await import('./j-dollars.ts')).part,
  k: async () => (await import('./k-web-sessions.ts')).part,
};
