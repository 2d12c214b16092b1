/** The tests of what runs on AWS, but for the proofs: they run its code ten thousand times, and coverage would slow them for nothing new. */
export const DEPLOYED = ['**/{packages/{core,aws,auth,sessions,events,http},functions/*}/src/**/!(*.proof).test.ts'];

/** The proofs take minutes: thousands of orders, floods, and failures that only time heals. `scripts/test --quick` goes without them. */
// biome-ignore lint/style/noProcessEnv: scripts/test says so to every part of jest at once
export const LEFT_OUT = process.env.CLOAKROOM_TEST_QUICK ? ['\\.proof\\.test\\.ts$'] : [];

/** All unit and integration tests. Node strips the types itself; nothing is transformed. Needs NODE_OPTIONS=--experimental-vm-modules. */
export default {
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/{packages,functions}/*/src/**/*.test.ts', '<rootDir>/{terraform,scripts,apps}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/.local/', '/dist/', '/terraform/apply/', ...LEFT_OUT],
  modulePathIgnorePatterns: ['/.local/', '/dist/'],
  globalSetup: '<rootDir>/packages/testing/global-setup.mjs',
  globalTeardown: '<rootDir>/packages/testing/global-teardown.mjs',
  /** For the global set-up. */
  globals: { hasProofs: LEFT_OUT.length === 0 },
  testSequencer: '<rootDir>/packages/testing/sequencer.mjs',
  testTimeout: 60_000,
  maxWorkers: 2,
  // ES modules of earlier files stay in a worker's memory, and collecting garbage takes ever longer: a new worker is cheaper.
  workerIdleMemoryLimit: '500MB',
};
